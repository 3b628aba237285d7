// SPDX-License-Identifier: Apache-2.0

package import Values

/// Everything one comparison wants written to one VNF record, as far as it does not lie in a `ChangeList`.
package struct DraftedUpdate: Sendable {
    /// `_id` of the record.
    package let id: Value
    /// Of the task by which the VNF's address is set, if it is.
    let position: Int
    var vdus: [DraftedVDU]
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
