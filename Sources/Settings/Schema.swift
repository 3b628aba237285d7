// SPDX-License-Identifier: Apache-2.0

/// The one table of all settings. Parsing, checking, help, flags, `config.yaml` and the reference page come from it.
package enum Schema {
    package struct Section: Sendable {
        package let name: String
        /// What the section is about, as a heading.
        package let title: String
        package let entries: [Entry]
    }

    package static let sections: [Section] = [
        Section(name: "database", title: "Database", entries: database),
        Section(name: "period", title: "Period of NG-RO", entries: period),
        Section(name: "poll", title: "Polling", entries: poll),
        Section(name: "concurrency", title: "Concurrency", entries: concurrency),
        Section(name: "http", title: "Requests to clouds", entries: http),
        Section(name: "channel", title: "Channels between the stages", entries: channel),
        Section(name: "reconcile", title: "Comparison", entries: reconcile),
        Section(name: "deletion", title: "Deleted VMs", entries: deletion),
        Section(name: "writer", title: "Writing", entries: writer),
        Section(name: "lease", title: "One writer", entries: lease),
        Section(name: "status", title: "Status page and metrics", entries: status),
        Section(name: "shutdown", title: "Stopping", entries: shutdown),
        Section(name: "log", title: "Log", entries: log),
    ]

    package static let entries: [Entry] = sections.flatMap(\.entries)

    static let byKey = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0) })
    static let byEnvironmentName = Dictionary(
        uniqueKeysWithValues: entries.flatMap { entry in entry.environmentNames.map { ($0, entry) } })

    /// A year: longer waits are mistakes.
    static let longest = 31_536_000.0
    static let day = 86_400.0
}
