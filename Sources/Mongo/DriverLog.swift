// SPDX-License-Identifier: Apache-2.0

import CMongoC
import Support

/// What the driver has to say besides errors: it goes to one sink for the process instead of to standard error.
package enum DriverLog {
    package enum Level: String, Sendable {
        case error, critical, warning, message, info, debug, trace
    }

    /// Called on any thread of the driver's; it must return soon and not call the driver.
    package typealias Sink = @Sendable (_ level: Level, _ domain: String, _ message: String) -> Void

    private static let sink = Locked<Sink?>(nil)

    /// Sets the sink; without one the driver's messages are dropped.
    package static func send(to sink: @escaping Sink) {
        Self.sink.withLock { $0 = sink }
    }

    /// Initialises the driver once, before its first use, with its messages redirected. It stays initialised until the
    /// process ends.
    static let driver: Void = {
        let handler: mongoc_log_func_t = { @Sendable level, domain, message, _ in
            DriverLog.receive(level, domain, message)
        }
        vw_prepare_memory()
        mongoc_log_set_handler(handler, nil)
        mongoc_init()
    }()

    private static func receive(
        _ level: mongoc_log_level_t, _ domain: UnsafePointer<CChar>?, _ message: UnsafePointer<CChar>?
    ) {
        guard let sink = sink.withLock({ $0 }) else { return }
        sink(Level(level), domain.map { String(cString: $0) } ?? "", message.map { String(cString: $0) } ?? "")
    }
}

extension DriverLog.Level {
    init(_ level: mongoc_log_level_t) {
        self =
            switch level {
            case MONGOC_LOG_LEVEL_ERROR: .error
            case MONGOC_LOG_LEVEL_CRITICAL: .critical
            case MONGOC_LOG_LEVEL_WARNING: .warning
            case MONGOC_LOG_LEVEL_MESSAGE: .message
            case MONGOC_LOG_LEVEL_INFO: .info
            case MONGOC_LOG_LEVEL_DEBUG: .debug
            default: .trace
            }
    }
}
