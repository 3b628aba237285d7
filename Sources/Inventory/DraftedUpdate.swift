// SPDX-License-Identifier: Apache-2.0

package import Values

/// Everything one comparison wants written to one VNF record, as far as it does not lie in a `ChangeList`.
package struct DraftedUpdate: Sendable {
    package let id: RecordID
    /// Of the task by which the VNF's address is set, if it is.
    let position: Int

    package init(id: RecordID, position: Int) { (self.id, self.position) = (id, position) }
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

/// What is to change of one VDU, while it is put together.
struct DraftedVDU {
    let index: Int
    let server: ResourceID
    /// As `VDUChange` has it, in UTF-8. It is lent.
    let name: UnsafeRawBufferPointer?
    /// Which of the changes are its own.
    var changes: Range<Int>
    let isDeletion: Bool
    /// Where `VDUChange.line` is among the parts that all of it is moved to, if it was written.
    var line: Range<Int>?
}
