// SPDX-License-Identifier: Apache-2.0

import Glibc
import JSON
import Logging
import Pipeline
import Settings
import Support
import Values

/// The log of the process, on standard error.
enum Log {
    /// - Parameter verbose: without it only what went wrong is shown, unless the settings ask for more.
    static func start(_ settings: Settings.Log, verbose: Bool) -> Logger {
        var logger = Logger(label: "vimwatch") { _ in LineHandler(format: settings.format) }
        logger.logLevel = Logger.Level(settings.level)
        if !verbose, logger.logLevel == .info { logger.logLevel = .warning }
        return logger
    }
}

extension Logger.Level {
    fileprivate var name: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO"
        case .notice: "NOTICE"
        case .warning: "WARNING"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }

    fileprivate init(_ level: Settings.LogLevel) {
        self =
            switch level {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }
}

/// Writes each message as one line of text or one JSON object.
struct LineHandler: LogHandler {
    let format: Settings.LogFormat
    let sink: LineSink
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(format: Settings.LogFormat, to sink: LineSink = .standardError) { (self.format, self.sink) = (format, sink) }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let given = event.metadata ?? [:]
        let fields = (metadata.isEmpty ? given : metadata.merging(given) { $1 }).sorted { $0.key < $1.key }
        switch format {
        case .text:
            write(event.level) { line in
                line.append(event.message.description)
                for (key, value) in fields { line.append(field: key) { $0.append(value.description) } }
            }
        case .json:
            var object: Object = [
                "time": .string(Self.time()), "level": .string(event.level.rawValue),
                "message": .string(event.message.description),
            ]
            for (key, value) in fields { object[key] = .string(value.description) }
            let line = JSON.serialize(.object(object)) + [UInt8(ascii: "\n")]
            line.withUnsafeBufferPointer { write(line: $0, event.level) }
        }
    }

    /// Writes a line of text.
    ///
    /// - Parameter rest: appends what stands behind time and level.
    private func write(_ level: Logger.Level, _ rest: (inout OwnedBytes) -> Void) {
        OwnedBytes.withOnStack { line in
            line.append(Self.time())
            line.append(literal: " ")
            line.append(level.name)
            line.append(literal: " ")
            rest(&line)
            if let text = String.escapingControlCharacters(in: line.bytes) {
                line.removeAll()
                line.append(text)
            }
            line.append(UInt8(ascii: "\n"))
        } _: { line in
            write(line: line, level)
        }
    }

    private func write(line: UnsafeBufferPointer<UInt8>, _ level: Logger.Level) {
        sink.write(line, atOnce: level >= .notice)
    }

    /// The last second of which there was a line, and its text: there may be a line for each VDU of a cloud.
    private static let lastTime = Locked((second: time_t(-1), text: ""))

    /// Now, as ISO 8601 in seconds.
    private static func time() -> String {
        let now = Glibc.time(nil)
        return lastTime.withLock { last in
            if last.second != now { last = (now, String(utc: now, "%Y-%m-%dT%H:%M:%SZ")) }
            return last.text
        }
    }
}

extension LineHandler: NoteHandler {
    func log(_ note: WriteNote) {
        guard format == .text, metadata.isEmpty else {
            return log(
                event: LogEvent(
                    level: .info, message: "\(note.message)", metadata: note.metadata, source: "Pipeline", file: #file,
                    function: #function, line: #line))
        }
        write(.info) { line in
            note.writeMessage(to: &line)
            for field in WriteNote.Field.allCases {
                line.append(field: field.rawValue) { note.write(field, to: &$0) }
            }
        }
    }
}

extension OwnedBytes {
    /// Appends a field of a line.
    fileprivate mutating func append(field key: String, _ value: (inout OwnedBytes) -> Void) {
        append(literal: " ")
        append(key)
        append(literal: "=")
        value(&self)
    }
}
