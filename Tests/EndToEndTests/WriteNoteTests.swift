// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Logging
import Records
import Settings
import Testing
import Values

@testable import Commands
@testable import Inventory
@testable import Pipeline

/// What was written is logged without the detour over strings and dictionaries, and reads as if it had been.
@Suite struct WriteNoteTests {
    /// Knows nothing of notes.
    private struct Plain: LogHandler {
        var handler: LineHandler

        var logLevel: Logger.Level {
            get { handler.logLevel }
            set { handler.logLevel = newValue }
        }

        var metadata: Logger.Metadata {
            get { handler.metadata }
            set { handler.metadata = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { handler[metadataKey: key] }
            set { handler[metadataKey: key] = newValue }
        }

        func log(event: LogEvent) { handler.log(event: event) }
    }

    @Test(arguments: [Settings.LogFormat.text, .json], [false, true])
    func `it reads as any other line`(_ format: Settings.LogFormat, _ isDryRun: Bool) throws {
        for metadata in [[:], ["about": "é\n"], ["zone": "z", "record": "of the handler"]] as [Logger.Metadata] {
            let lines = try [false, true].map { isPlain in
                try written { sink in
                    var handler = LineHandler(format: format, to: sink)
                    handler.metadata = metadata
                    let used: any LogHandler = isPlain ? Plain(handler: handler) : handler
                    let logger = Logger(label: "") { _ in used }
                    CycleReport(cycle: 1, isDryRun: isDryRun, logger: logger).wrote(updates, isDryRun: isDryRun)
                }
            }
            #expect(lines[0] == lines[1])
            #expect(lines[0].count == 3)
            for (line, name) in zip(lines[0], ["a", "VDU", "é\\n \\u{1B}[2J"]) where format == .text {
                let start = isDryRun ? "would write 2 fields of " : "wrote 2 fields of "
                #expect(line.contains("INFO " + start + name + " "), "\(line)")
                #expect(line.contains("server=Server-1"), "\(line)")
            }
            for (index, line) in lines[0].enumerated() where format == .json {
                let object = try JSON.parse(Array(line.utf8))
                #expect(object["server"]?.string == "Server-1" && object["level"]?.string == "info", "\(line)")
                #expect(
                    object["record"]?.string == "vnfrs:vnfr-1:vdur.\(index).vim_info.vim:vim-1" || !metadata.isEmpty)
                #expect(object["changes"]?.string?.contains("status: \"ACTIVE\" → \"ERROR\"") ?? false, "\(line)")
            }
        }
    }

    private var updates: [GuardedUpdate] {
        ["a", nil, "é\n \u{1b}[2J"].enumerated().map { index, name in
            let address = RecordAddress(vnfr: "vnfr-1", index: index, account: "vim-1")
            let changes: FieldChanges = [
                FieldChange(path: FieldPath("vdur.\(index).vim_info.vim:vim-1.vim_name"), old: .null, new: "b\tc"),
                FieldChange(path: FieldPath("vdur.\(index).status"), old: "ACTIVE", new: "ERROR"),
            ]
            let vdu = VDUChange(
                record: address, serverID: ResourceID("Server-1"), name: name, changes: changes, isDeletion: false)
            return GuardedUpdate(RecordUpdate(id: "vnfr-1", vdus: [vdu], changes: changes, guards: []))
        }
    }

    /// The lines without their times.
    private func written(_ body: (LineSink) -> Void) throws -> [String] {
        let pipe = Pipe()
        let sink = LineSink(pipe.fileHandleForWriting.fileDescriptor)
        body(sink)
        sink.flush()
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").map { String($0).replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "") }
    }
}
