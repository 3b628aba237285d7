// SPDX-License-Identifier: Apache-2.0

/// A setting that is one of a few words, in whatever case they are written.
protocol Choice: CaseIterable, Sendable, RawRepresentable where RawValue == String {}

extension Settings {
    /// What keeps the records.
    package enum Driver: String, Choice {
        case mongo
        /// Nothing is kept; for demonstrations and tests.
        case memory
    }

    /// Python's names, which NG-RO uses, and two in between that swift-log knows.
    package enum LogLevel: String, Choice {
        case trace = "TRACE"
        case debug = "DEBUG"
        case info = "INFO"
        case notice = "NOTICE"
        case warning = "WARNING"
        case error = "ERROR"
        case critical = "CRITICAL"
    }

    package enum LogFormat: String, Choice {
        case text
        /// One object on each line.
        case json
    }
}
