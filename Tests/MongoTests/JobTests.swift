// SPDX-License-Identifier: Apache-2.0

import Support
import Testing

@testable import Mongo

/// Whoever comes first decides what becomes of a job, and it is decided once.
@Suite struct JobTests {
    enum Event: CaseIterable {
        case prepare, run, cancel, refuse
    }

    static let histories: [(events: [Event], outcomes: [String])] = [
        ([.prepare, .run, .cancel, .run], ["ran"]),
        ([.prepare, .cancel, .run, .cancel], ["cancelled"]),
        ([.cancel, .prepare, .run], ["cancelled"]),
        ([.prepare, .refuse, .cancel, .run], ["closed"]),
        ([.run, .cancel], []),
    ]

    @Test(arguments: histories.indices)
    func `a job is run or refused once`(index: Int) {
        let job = Job()
        let outcomes = Locked<[String]>([])
        for event in Self.histories[index].events {
            switch event {
            case .prepare:
                let isPrepared = job.prepare { refusal in
                    outcomes.withLock { $0.append(refusal.map { "\($0)" } ?? "ran") }
                }
                #expect(isPrepared == outcomes.withLock { $0.isEmpty })
            case .run: job.run()
            case .cancel: job.cancel()
            case .refuse: job.refuse(.closed)
            }
        }
        #expect(outcomes.withLock { $0 } == Self.histories[index].outcomes)
    }

    @Test func `a queue that lost its threads before they started refuses its jobs`() async {
        let ends = Locked(0)
        let queue = JobQueue(workers: 2) { ends.withLock { $0 += 1 } }
        queue.close()
        queue.leave(workers: 2)
        await queue.ended()
        #expect(ends.withLock { $0 } == 1)
        let outcome = Locked("")
        let job = Job()
        _ = job.prepare { refusal in outcome.withLock { $0 = "\(refusal as Any)" } }
        queue.submit(job)
        #expect(outcome.withLock { $0 }.contains("closed"))
    }
}
