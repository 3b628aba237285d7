// SPDX-License-Identifier: Apache-2.0

package import Values

/// The tasks that name one record, and the rule by which one of them speaks for it.
package struct TaskElection: Sendable {
    package let record: RecordAddress
    /// Among all records of a cycle: what is said later counts where two VDUs say different things of their VNF.
    package let position: Int
    /// In the order of the collection.
    package private(set) var candidates: [VDUTask] = []

    package init(record: RecordAddress, position: Int) {
        self.record = record
        self.position = position
    }

    /// Adds a task unless OSM is about to change what it describes: a DELETE under way, or a newer CREATE or EXEC
    /// not yet done for the same VDU.
    package mutating func add(_ task: VDUTask, pending: [PendingChange]) {
        guard task.blocked == nil,
            !pending.contains(where: { $0.taskID != task.id && $0.isNewer(than: task) })
        else { return }
        candidates.append(task)
    }

    /// Whether a server may speak for a record that holds `vimID`: their ids are equal, letter case ignored, or the
    /// record holds none. Absence under another id proves nothing.
    package static func speaks(_ serverID: String, for vimID: Value?) -> Bool {
        switch vimID {
        case nil, .null?: true
        case .string(let recorded)?: recorded.isEmpty || ResourceKey(serverID) == ResourceKey(recorded)
        default: false
        }
    }

    /// The candidates that may speak for a record that holds `vimID`.
    package func speakers(recorded vimID: Value?) -> [VDUTask] {
        candidates.filter { Self.speaks($0.serverID, for: vimID) }
    }

    /// The one that speaks: the one whose server exists, then the newest, then the greatest `_id`.
    package func speaker(recorded vimID: Value?, exists: (String) -> Bool) -> VDUTask? {
        speakers(recorded: vimID).max { left, right in
            let (leftExists, rightExists) = (exists(left.serverID), exists(right.serverID))
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
