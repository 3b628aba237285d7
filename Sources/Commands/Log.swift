// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Logging
import Settings
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
        let time = Date().formatted(.iso8601)
        var line: String
        switch format {
        case .text:
            line = "\(time) \(event.level.rawValue.uppercased()) \(event.message)"
            for (key, value) in fields {
                line += " "
                line += key
                line += "="
                if case .string(let text) = value { line += text } else { line += "\(value)" }
            }
        case .json:
            var object: Object = [
                "time": .string(time), "level": .string(event.level.rawValue), "message": .string("\(event.message)"),
            ]
            for (key, value) in fields { object[key] = .string("\(value)") }
            line = String(decoding: JSON.serialize(.object(object)), as: UTF8.self)
        }
        line += "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
