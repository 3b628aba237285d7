// SPDX-License-Identifier: Apache-2.0

import Glibc
import JSON
import Logging
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
private struct LineHandler: LogHandler {
    let format: Settings.LogFormat
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(format: Settings.LogFormat) { self.format = format }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let given = event.metadata ?? [:]
        let fields = (metadata.isEmpty ? given : metadata.merging(given) { $1 }).sorted { $0.key < $1.key }
        // As much as most lines have, and as the stack is used for.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1024) { memory in
            var line = OwnedBytes(lent: memory)
            write(event, fields, into: &line)
            line.append(UInt8(ascii: "\n"))
            LineSink.standardError.write(line.bytes, atOnce: event.level >= .notice)
        }
    }

    private func write(_ event: LogEvent, _ fields: [Logger.Metadata.Element], into line: inout OwnedBytes) {
        switch format {
        case .text: Self.write(event, fields, into: &line)
        case .json:
            var object: Object = [
                "time": .string(Self.time()), "level": .string(event.level.rawValue),
                "message": .string(event.message.description),
            ]
            for (key, value) in fields { object[key] = .string(value.description) }
            JSON.serialize(.object(object)).withUnsafeBufferPointer { line.append($0) }
        }
    }

    private static func write(_ event: LogEvent, _ fields: [Logger.Metadata.Element], into line: inout OwnedBytes) {
        line.append(time())
        line.append(literal: " ")
        line.append(event.level.name)
        line.append(literal: " ")
        line.append(event.message.description)
        for (key, value) in fields {
            line.append(literal: " ")
            line.append(key)
            line.append(literal: "=")
            if case .string(let text) = value { line.append(text) } else { line.append(value.description) }
        }
        if let text = String.escapingControlCharacters(in: line.bytes) {
            line.removeAll()
            line.append(text)
        }
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
