// SPDX-License-Identifier: Apache-2.0

package import Values

/// The tasks that name one record, and the rule by which one of them speaks for it.
package struct TaskElection: Sendable, Equatable {
    /// The first task that names the record, whether or not it may speak.
    private let first: VDUTask
    /// Among all records of a cycle: what is said later counts where two VDUs say different things of their VNF.
    package let position: Int
    /// In the order of the collection.
    package private(set) var candidates: [VDUTask] = []

    package var record: RecordAddress { first.record }
    /// Of the VDU in its record.
    package var index: Int { first.record.index }
    package var vnfrID: ResourceID { first.record.vnfrID }

    /// - Parameter first: the first task that names the record. It is no candidate yet.
    package init(of first: VDUTask, position: Int) {
        self.first = first
        self.position = position
    }

    package static func == (left: TaskElection, right: TaskElection) -> Bool {
        left.record == right.record && left.position == right.position && left.candidates == right.candidates
    }

    /// Adds a task unless OSM is about to change what it describes: a DELETE under way, or a newer CREATE or EXEC
    /// not yet done for the same VDU.
    package mutating func add(_ task: VDUTask, pending: [PendingChange]) {
        guard task.blocked == nil,
            !pending.contains(where: { $0.taskID != task.id && $0.isNewer(than: task) })
        else { return }
        candidates.append(task)
    }

    /// The candidates that may speak for the record.
    package func speakers(recorded: RecordedServer) -> [VDUTask] {
        candidates.filter { recorded.mayBe($0.server) }
    }

    /// The one that speaks: the one whose server exists, then the newest, then the greatest `_id`.
    package func speaker(recorded: RecordedServer, exists: (ResourceID) -> Bool) -> VDUTask? {
        if candidates.count == 1 { return recorded.mayBe(candidates[0].server) ? candidates[0] : nil }
        return speakers(recorded: recorded).max { left, right in
            let (leftExists, rightExists) = (exists(left.server), exists(right.server))
            if leftExists != rightExists { return rightExists }
            let (leftTime, rightTime) = (left.createdAt ?? -.infinity, right.createdAt ?? -.infinity)
            if leftTime != rightTime { return leftTime < rightTime }
            return left.id.precedes(inCodePoints: right.id)
        }
    }
}

extension PendingChange {
    /// Newer, or of unknown age: then nothing may be concluded from the older one either.
    fileprivate func isNewer(than task: VDUTask) -> Bool {
        guard vdu == VDUAddress(task.record) else { return false }
        guard let createdAt, let other = task.createdAt else { return true }
        return createdAt > other
    }
}
