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
    package let server: ResourceID
    package var serverID: String { server.description }
    /// `VDU name` as the record holds it, for people.
    package let name: String?
    package let changes: FieldChanges
    /// Whether this marks the VDU as DELETED.
    package let isDeletion: Bool
    /// `line`, if it was made beforehand.
    let madeLine: SharedBytes?

    package init(
        record: RecordAddress, serverID: ResourceID, name: String?, changes: FieldChanges, isDeletion: Bool,
        madeLine: SharedBytes? = nil
    ) {
        self.record = record
        server = serverID
        self.name = name
        self.changes = changes
        self.isDeletion = isDeletion
        self.madeLine = madeLine
    }

    /// The same with these changes, which say the same, and with nothing else that others have a part in.
    func with(_ changes: FieldChanges) -> VDUChange {
        VDUChange(record: record, serverID: server, name: name, changes: changes, isDeletion: isDeletion)
    }

    /// The same, without the memory in which others have their part: a change refers to all that is written together with
    /// it. For one that is kept, or waits alone.
    package var alone: VDUChange { with(changes.alone) }
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
    /// Whether the changes are made only where the record still holds what was read.
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

    /// An update of what was read only.
    ///
    /// - Parameter changes: those that were drafted.
    package init(_ draft: DraftedUpdate, _ changes: FieldChanges) {
        self.init(
            id: draft.id.value, position: draft.position, vdus: changes.vdus(of: draft.id.text ?? ResourceID("")),
            changes: changes, guards: [])
        changesAreGuarded = true
    }

    /// The same with a copy of the changes that are being put together.
    package init(_ draft: DraftedUpdate, copying changes: borrowing ChangeList) {
        self.init(draft, changes.copy())
    }

    /// All that must be so.
    package var guards: [Guard] {
        var guards = ownGuards
        if changesAreGuarded { changes.lentGuards { guards.append($0.value) } }
        return guards
    }

    /// The same, without the memory in which others have their part (`VDUChange.alone`).
    package var alone: RecordUpdate {
        var update = self
        update.changes = changes.alone
        update.vdus = vdus.map { vdu in
            changes.numbers(of: vdu.changes).map { vdu.with(update.changes.part($0)) } ?? vdu.alone
        }
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
