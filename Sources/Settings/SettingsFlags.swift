// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser

/// All settings as flags of a command, in groups: `@OptionGroup var flags: SettingsFlags`.
package struct SettingsFlags: ParsableArguments {
    @Option(help: "Settings file (default: ./config.yaml, else /etc/vimwatch/config.yaml).", completion: .file())
    package var config: String?

    @OptionGroup(title: "Database") var database: SectionFlags<DatabaseKeys>
    @OptionGroup(title: "Period of NG-RO") var period: SectionFlags<PeriodKeys>
    @OptionGroup(title: "Polling") var poll: SectionFlags<PollKeys>
    @OptionGroup(title: "Concurrency") var concurrency: SectionFlags<ConcurrencyKeys>
    @OptionGroup(title: "Requests to clouds") var http: SectionFlags<HTTPKeys>
    @OptionGroup(title: "Channels between the stages") var channel: SectionFlags<ChannelKeys>
    @OptionGroup(title: "Comparison") var reconcile: SectionFlags<ReconcileKeys>
    @OptionGroup(title: "Deleted VMs") var deletion: SectionFlags<DeletionKeys>
    @OptionGroup(title: "Writing") var writer: SectionFlags<WriterKeys>
    @OptionGroup(title: "One writer") var lease: SectionFlags<LeaseKeys>
    @OptionGroup(title: "Status page and metrics") var status: SectionFlags<StatusKeys>
    @OptionGroup(title: "Stopping") var shutdown: SectionFlags<ShutdownKeys>
    @OptionGroup(title: "Log") var log: SectionFlags<LogKeys>

    package init() {}

    /// The values given, by flag: what `Settings.load` takes.
    package var values: [String: String] {
        let sections = [
            database.values, period.values, poll.values, concurrency.values, http.values, channel.values,
            reconcile.values, deletion.values, writer.values, lease.values, status.values, shutdown.values, log.values,
        ]
        return sections.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }
}

enum DatabaseKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.database) }
enum PeriodKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.period) }
enum PollKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.poll) }
enum ConcurrencyKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.concurrency) }
enum HTTPKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.http) }
enum ChannelKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.channel) }
enum ReconcileKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.reconcile) }
enum DeletionKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.deletion) }
enum WriterKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.writer) }
enum LeaseKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.lease) }
enum StatusKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.status) }
enum ShutdownKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.shutdown) }
enum LogKeys: SectionKeys { static let flags = FlagDefinition.all(Schema.log) }
