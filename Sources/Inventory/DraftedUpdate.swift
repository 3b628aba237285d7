// SPDX-License-Identifier: Apache-2.0

package import Values

/// Everything one comparison wants written to one VNF record, as far as it does not lie in a `ChangeList`.
package struct DraftedUpdate: Sendable {
    package let id: RecordID
    /// Of the task by which the VNF's address is set, if it is.
    let position: Int
    var vdus: [DraftedVDU]

    /// What changes of each VDU.
    ///
    /// - Parameter changes: those of the whole update.
    package func forEachVDU(_ changes: FieldChanges, _ body: (VDUChange) -> Void) {
        for number in vdus.indices { body(vdus[number].change(among: changes)) }
    }
}

/// The `_id` of a record.
package enum RecordID: Sendable {
    /// As all of OSM's records have.
    case text(ResourceID)
    case other(Value)

    package var value: Value {
        switch self {
        case .text(let id): .string(id.description)
        case .other(let value): value
        }
    }

    package var text: ResourceID? { if case .text(let id) = self { id } else { nil } }
}

/// What is to change of one VDU.
struct DraftedVDU: Sendable {
    let record: RecordAddress
    let server: ResourceID
    /// As `VDUChange` has it.
    let name: String?
    /// Which of the changes are its own.
    var changes: Range<Int>
    let isDeletion: Bool
    /// `VDUChange.line`, if it is needed: made while the texts that it shows a part of are at hand.
    var line: String?

    /// - Parameter all: the changes of the whole update.
    func change(among all: FieldChanges) -> VDUChange {
        VDUChange(
            record: record, serverID: server, name: name, changes: all.part(changes), isDeletion: isDeletion,
            madeLine: line)
    }
}
