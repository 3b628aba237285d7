// SPDX-License-Identifier: Apache-2.0

import Inventory
package import Logging
package import Values

/// What the log says, as information, of a VDU that was written: a message, and fields in the order of their names. It is
/// lent.
package struct WriteNote {
    private let vdu: LentVDU
    private let isDryRun: Bool

    package enum Field: String, CaseIterable { case changes, record, server }

    init(_ vdu: LentVDU, isDryRun: Bool) { (self.vdu, self.isDryRun) = (vdu, isDryRun) }

    package func writeMessage(to text: inout OwnedBytes) {
        text.append(literal: isDryRun ? "would write " : "wrote ")
        text.append(number: vdu.fields)
        text.append(literal: " fields of ")
        if let name = vdu.name { text.append(utf8: name) } else { text.append(literal: "VDU") }
    }

    package func write(_ field: Field, to text: inout OwnedBytes) {
        switch field {
        case .changes: text.append(utf8: vdu.line)
        case .record: vdu.writeRecord(to: &text)
        case .server: text.append(vdu.server)
        }
    }

    package var message: String { OwnedBytes.text { writeMessage(to: &$0) } }

    package var metadata: Logger.Metadata {
        let fields = Field.allCases.map { field in
            (field.rawValue, Logger.MetadataValue.string(OwnedBytes.text { write(field, to: &$0) }))
        }
        return Dictionary(uniqueKeysWithValues: fields)
    }
}

/// A handler of the log that takes notes as they are, and not as strings in a dictionary: there may be a note for each VDU
/// of a cloud.
package protocol NoteHandler: LogHandler {
    func log(_ note: WriteNote)
}
