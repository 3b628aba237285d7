// SPDX-License-Identifier: Apache-2.0

package import Values

/// A VDU that an update changes, as the log shows it, while its parts are lent.
package struct LentVDU {
    fileprivate let vnfrID: ResourceID
    fileprivate let index: Int
    /// In UTF-8.
    fileprivate let account: UnsafeRawBufferPointer
    package let server: ResourceID
    /// In UTF-8.
    package let name: UnsafeRawBufferPointer?
    /// How many of its fields change.
    package let fields: Int
    package let isDeletion: Bool
    /// `VDUChange.line` in UTF-8.
    package let line: UnsafeRawBufferPointer

    /// Appends its `RecordAddress`.
    package func writeRecord(to text: inout OwnedBytes) {
        text.append(vdu: index, of: vnfrID, account)
    }
}

extension VDUChange {
    /// Lends it to the log.
    package func lent(_ body: (LentVDU) -> Void) {
        record.account.utf8.span.withUnsafeBytes { account in
            withName { name in
                withLine { line in
                    body(
                        LentVDU(
                            vnfrID: record.vnfrID, index: record.index, account: account, server: server, name: name,
                            fields: changes.count, isDeletion: isDeletion, line: line))
                }
            }
        }
    }

    private func withName(_ body: (UnsafeRawBufferPointer?) -> Void) {
        if let name { name.utf8.span.withUnsafeBytes { body($0) } } else { body(nil) }
    }

    private func withLine(_ body: (UnsafeRawBufferPointer) -> Void) {
        if let madeLine { return madeLine.lent(body) }
        OwnedBytes.withOnStack {
            writeLine(to: &$0)
        } _: {
            body(UnsafeRawBufferPointer($0))
        }
    }
}

extension FieldChanges {
    /// The VDUs of which they are.
    ///
    /// - Parameter record: whose VDUs these are.
    package func vdus(of record: ResourceID) -> [VDUChange] { content.vdus[vdus].map { change(of: $0, record) } }

    /// The same, lent to the log.
    package func lentVDUs(of record: ResourceID, _ body: (LentVDU) -> Void) {
        for number in vdus {
            guard let line = content.vdus[number].line else {
                change(of: content.vdus[number], record).lent(body)
                continue
            }
            lend(content.vdus[number], of: record, line, body)
        }
    }

    private func lend(_ vdu: VDU, of record: ResourceID, _ line: Range<Int>, _ body: (LentVDU) -> Void) {
        content.account.utf8.span.withUnsafeBytes { account in
            content.names.withUnsafeBytes { names in
                content.lines.withUnsafeBytes { lines in
                    body(
                        LentVDU(
                            vnfrID: record, index: vdu.index, account: account, server: vdu.server,
                            name: vdu.name.map { UnsafeRawBufferPointer(rebasing: names[$0]) },
                            fields: vdu.changes.count, isDeletion: vdu.isDeletion,
                            line: UnsafeRawBufferPointer(rebasing: lines[line])))
                }
            }
        }
    }

    private func change(of vdu: VDU, _ record: ResourceID) -> VDUChange {
        VDUChange(
            record: RecordAddress(vnfrID: record, index: vdu.index, account: content.account), serverID: vdu.server,
            name: vdu.name.map { String(decoding: content.names[$0], as: UTF8.self) }, changes: part(vdu.changes),
            isDeletion: vdu.isDeletion, madeLine: vdu.line.map { SharedBytes(of: content.lines, at: $0) })
    }
}
