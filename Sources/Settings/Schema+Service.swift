// SPDX-License-Identifier: Apache-2.0

extension Schema {
    static let status: [Entry] = [
        .boolean("status.enabled", \.status.enabled, "Serve the status page, health checks and metrics over HTTP"),
        .text("status.host", \.status.host, "Address to listen on; 0.0.0.0 for all"),
        .integer("status.port", \.status.port, 0...65535, "Port to listen on; 0 picks a free one"),
    ]

    static let shutdown: [Entry] = [
        .seconds(
            "shutdown.grace", \.shutdown.grace, 0...3600, "Time to finish what is under way after the first signal")
    ]

    static let log: [Entry] = [
        .choice("log.level", \.log.level, "Least severe message that is logged", .kept),
        .choice("log.format", \.log.format, "Lines for people, or one JSON object on each line"),
    ]
}
