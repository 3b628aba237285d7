// SPDX-License-Identifier: Apache-2.0

package import Values

/// What must still be so in the database for an update to be applied.
package struct Guard: Sendable {
    package enum Condition: Sendable {
        /// Exactly this value, type included.
        case equals(Value)
        /// No such field, while its parent is an object.
        case absent
        case notEqual(Value)
    }

    package let path: FieldPath
    package let condition: Condition

    package init(path: FieldPath, _ condition: Condition) {
        self.path = path
        self.condition = condition
    }

    /// The guard that a field still is what was read.
    package init(path: FieldPath, unchanged value: Value?) {
        self.init(path: path, value.map(Condition.equals) ?? .absent)
    }
}

/// What changed of one VDU, for log and history.
package struct VDUChange: Sendable {
    package let record: RecordAddress
    private let server: ResourceID
    package var serverID: String { server.description }
    /// `VDU name` as the record holds it, for people.
    package let name: String?
    package internal(set) var changes: FieldChanges
    /// Whether this marks the VDU as DELETED.
    package let isDeletion: Bool
    /// `line`, if it was made beforehand.
    private(set) var madeLine: String?

    package init(
        record: RecordAddress, serverID: ResourceID, name: String?, changes: FieldChanges, isDeletion: Bool
    ) {
        self.record = record
        server = serverID
        self.name = name
        self.changes = changes
        self.isDeletion = isDeletion
    }

    fileprivate mutating func makeLine() { madeLine = line }

    /// The same, without the memory in which others have their part: a change refers to the texts of all that travelled
    /// together, and to its record. For one that is kept, or waits alone.
    package var alone: VDUChange {
        var change = self
        change.changes = changes.alone
        return change
    }
}

/// Everything one comparison wants written to one VNF record: one guarded operation.
package struct RecordUpdate: Sendable {
    /// `_id` of the record.
    package let id: Value
    /// Of the task by which the VNF's address is set, if it is.
    private var position: Int
    package private(set) var vdus: [VDUChange]
    /// Each of a field of its own.
    package private(set) var changes: FieldChanges
    /// What must be so besides.
    package private(set) var ownGuards: [Guard] = []
    /// Whether each change is made only where the record still holds what was read.
    package private(set) var changesAreGuarded: Bool

    /// - Parameter guards: all of them; what a change was read as is none.
    package init(id: Value, position: Int = 0, vdus: [VDUChange], changes: FieldChanges, guards: [Guard]) {
        self.id = id
        self.position = position
        self.vdus = vdus
        self.changes = changes
        changesAreGuarded = false
        add(guards)
    }

    /// An update of what was read only, and only while the guards hold as well.
    ///
    /// - Parameter guards: of different fields.
    init(id: Value, position: Int, vdus: [VDUChange], guarded changes: FieldChanges, by guards: [Guard]) {
        self.init(id: id, position: position, vdus: vdus, changes: changes, guards: [])
        ownGuards = guards
        changesAreGuarded = true
    }

    /// All that must be so.
    package var guards: [Guard] {
        var guards = ownGuards
        forEachGuarded { guards.append($0.unchanged) }
        return guards
    }

    /// Lends the changes of which the record must still hold what was read, and no other guard says so.
    package func forEachGuarded(_ body: (FieldChanges.Lent) -> Void) {
        guard changesAreGuarded else { return }
        changes.lent { change in if !isGuarded(change) { body(change) } }
    }

    private func isGuarded(_ change: FieldChanges.Lent) -> Bool {
        let guards = ownGuards.span
        for index in guards.indices where guards[index].path.description.utf8.count == change.path.count {
            if guards[index].path.description.utf8.span.bytes.equals(change.path.bytes),
                guards[index].makesRedundant(change.unchanged)
            {
                return true
            }
        }
        return false
    }

    /// Makes the line of each VDU while the texts that it shows a part of are at hand: when they have been written, they
    /// have left the processor's caches.
    mutating func makeLines() {
        for index in vdus.indices { vdus[index].makeLine() }
    }

    /// The same, without the memory in which others have their part (`VDUChange.alone`).
    package var alone: RecordUpdate {
        var update = self
        update.vdus = vdus.map(\.alone)
        // Most records have one VDU: then both are one list.
        update.changes =
            vdus.count == 1 && vdus[0].changes.content === changes.content
            ? update.vdus[0].changes : changes.alone
        return update
    }

    /// Joins another update of the same record; of two changes to one field the one of the later task wins.
    package mutating func merge(_ other: RecordUpdate) {
        let guards = guards + other.guards
        (ownGuards, changesAreGuarded) = ([], false)
        add(guards)
        vdus += other.vdus
        var changes = Array(changes)
        for change in other.changes {
            if let index = changes.firstIndex(where: { $0.path == change.path }) {
                if other.position >= position { changes[index] = change }
            } else {
                changes.append(change)
            }
        }
        self.changes = FieldChanges(changes)
        position = max(position, other.position)
    }

    private mutating func add(_ more: [Guard]) {
        ownGuards.reserveCapacity(ownGuards.count + more.count)
        for item in more where !isRedundant(item) { ownGuards.append(item) }
    }

    /// Whether the guards say so already.
    private func isRedundant(_ item: Guard) -> Bool {
        let guards = ownGuards.span
        for index in guards.indices where guards[index].path == item.path {
            if guards[index].makesRedundant(item) { return true }
        }
        return false
    }

    /// Whether a record, read again, holds everything that this update sets.
    package func isApplied(in record: Object) -> Bool {
        changes.allSatisfy { change in
            Value.object(record).value(at: change.path)?.isIdentical(to: change.new) ?? false
        }
    }
}

extension Guard {
    /// Whether another guard of the same path adds nothing to this one.
    fileprivate func makesRedundant(_ other: Guard) -> Bool {
        switch (condition, other.condition) {
        case (.equals(let left), .equals(let right)), (.notEqual(let left), .notEqual(let right)):
            return left.isIdentical(to: right)
        case (.absent, .absent), (.absent, .notEqual): return true
        case (.equals(let value), .notEqual(let excluded)): return !value.isEqualInPython(to: excluded)
        default: return false
        }
    }
}

extension Value {
    /// The value at a path; `nil` if there is none.
    package func value(at path: FieldPath) -> Value? {
        var current = self
        for component in path.components {
            let next: Value? =
                switch current {
                case .object(let object): object[component]
                case .array: Int(component).flatMap { current[$0] }
                default: nil
                }
            guard let next else { return nil }
            current = next
        }
        return current
    }

    /// MongoDB's equality of a field with a text: the value itself or any element of a list.
    package func matches(_ text: String) -> Bool {
        switch self {
        case .string(let string): string.isIdentical(toText: text)
        case .array(let elements): elements.contains { $0.string?.isIdentical(toText: text) ?? false }
        default: false
        }
    }
}
