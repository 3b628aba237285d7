// SPDX-License-Identifier: Apache-2.0

import CMongoC
import Glibc
import Support

/// Threads of our own for calls that block, so that none of them ever holds a thread of Swift's concurrency.
///
/// There are as many threads as connections: a job that runs never waits for a connection.
package final class BlockingThreads: Sendable {
    /// Why a job was not run.
    package enum Refusal: Sendable {
        case cancelled
        case closed
    }

    private let queue: JobQueue
    private let threads = Locked<[pthread_t]>([])

    /// Starts `count` threads named `<name>-1` … The last of them to end calls `atEnd`, also after a failure to start.
    package init(count: Int, name: String, atEnd: @escaping @Sendable () -> Void = {}) throws(MongoError) {
        let count = max(1, count)
        queue = JobQueue(workers: count, atEnd: atEnd)
        for number in 1...count {
            do throws(MongoError) {
                let queue = queue
                let thread = try startThread(named: "\(name)-\(number)") { queue.work() }
                threads.withLock { $0.append(thread) }
            } catch {
                queue.close()
                queue.leave(workers: count - number + 1)
                throw error
            }
        }
    }

    deinit {
        queue.close()
        for thread in takeThreads() { pthread_detach(thread) }
    }

    /// Runs `body` on one of the threads.
    ///
    /// A task that is cancelled while its job waits takes the job back and throws what `refused` makes of it. A job that
    /// has started runs to its end.
    package func run<Success: Sendable, Failure: Error>(
        refused: @escaping @Sendable (Refusal) -> Failure,
        _ body: @escaping @Sendable () throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        let job = Job()
        let result: Result<Success, Failure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isPrepared = job.prepare { refusal in
                    let result = Result { () throws(Failure) in
                        if let refusal { throw refused(refusal) }
                        return try body()
                    }
                    continuation.resume(returning: result)
                }
                if isPrepared { queue.submit(job) }
            }
        } onCancel: {
            job.cancel()
        }
        return try result.get()
    }

    /// Refuses jobs from now on, lets those already submitted end, and returns when all threads have ended.
    package func shutdown() async {
        queue.close()
        await queue.ended()
        for thread in takeThreads() { pthread_join(thread, nil) }
    }

    private func takeThreads() -> [pthread_t] {
        threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
    }
}

private func startThread(
    named name: String, _ body: @escaping @Sendable () -> Void
) throws(MongoError) -> pthread_t {
    let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
    var thread = pthread_t()
    let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
        vw_name_thread(start.name)
        start.body()
        return nil
    }
    let status = pthread_create(&thread, nil, entry, start.toOpaque())
    guard status == 0 else {
        start.release()
        throw MongoError(
            .invalid, attempted: "start thread \(name)", code: Int(status), message: String(cString: strerror(status)))
    }
    return thread
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}
