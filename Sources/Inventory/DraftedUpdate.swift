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
    /// - Parameters:
    ///   - changes: those of the whole update.
    ///   - lines: to which they were written.
    package func forEachVDU(_ changes: FieldChanges, _ lines: [UInt8], _ body: (VDUChange) -> Void) {
        let vdus = vdus.span
        for number in vdus.indices { body(vdus[number].change(among: changes, lines)) }
    }

    /// Writes what the log says of each VDU behind other such lines, while the texts that it shows a part of are at hand.
    package mutating func writeLines(_ changes: borrowing ChangeList, to lines: inout [UInt8]) {
        for number in vdus.indices {
            let start = lines.count
            lines.append { line in
                vdus[number].record.writeLine(to: &line) { changes.lent(vdus[number].changes, $0) }
            }
            vdus[number].line = start..<lines.count
        }
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
    /// Where `VDUChange.line` is, if it was written.
    var line: Range<Int>?

    /// - Parameters:
    ///   - all: the changes of the whole update.
    ///   - lines: to which it was written, if it was.
    func change(among all: FieldChanges, _ lines: [UInt8] = []) -> VDUChange {
        VDUChange(
            record: record, serverID: server, name: name, changes: all.part(changes), isDeletion: isDeletion,
            madeLine: line.flatMap { $0.upperBound <= lines.count ? SharedBytes(of: lines, at: $0) : nil })
    }
}
