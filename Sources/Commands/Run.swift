// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import Pipeline
import ServiceLifecycle
import Settings
import Status
import Support

/// `vimwatch run`: the service, or one cycle of it.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch until stopped, or for one cycle.",
        discussion: """
            EXAMPLES
              vimwatch run                                   the service; SIGTERM stops it cleanly
              vimwatch run --once --output json              one cycle and a summary
              vimwatch run --once --dry-run                  what one cycle would write

            EXIT STATUS
              0  all well, or stopped cleanly
              1  could not run: settings, database
              3  with --once: some account or VM failed or is held, or another instance is the writer
            """
    )

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Flag(help: "Run one cycle, print a summary and exit.")
    var once = false

    @Flag(help: "Compare and report, write nothing.")
    var dryRun = false

    @Option(help: "Form of the summary of --once.")
    var output = Output.text

    @OptionGroup var flags: SettingsFlags

    func run() async throws {
        Heap.prepare()
        var settings = try flags.load()
        if dryRun { settings.reconcile.dryRun = true }
        // A single cycle reads everything anyway.
        if once { settings.reconcile.followChanges = false }
        let logger = Log.start(settings.log, verbose: !once)
        let application: Application
        do {
            application = try await Application.make(settings, logger: logger)
        } catch {
            logger.critical("\(error)")
            throw ExitCode(Ending.couldNotRun)
        }
        if once {
            try await runOnce(application)
        } else {
            try await serve(application, settings)
        }
    }

    private func runOnce(_ application: Application) async throws {
        let summary = Promise<CycleSummary>()
        let cycle = ClosureService {
            summary.fulfil(await application.runOnce())
        }
        try await application.supervise(cycle)
        guard let summary = summary.value else { throw ExitCode(Ending.couldNotRun) }
        Terminal.write(output == .json ? summary.json : summary.text)
        if summary.exitStatus != Ending.allWell { throw ExitCode(summary.exitStatus) }
    }

    private func serve(_ application: Application, _ settings: Settings) async throws {
        let ledger = Ledger()
        var pages: [any Service] = []
        if settings.status.enabled {
            pages.append(
                StatusServer(
                    host: settings.status.host, port: settings.status.port,
                    pages: StatusPages(ledger: ledger) { $0.last?.json ?? "{}" }, logger: application.logger
                )
            )
        }
        switch settings.pollInterval {
        case .every(let seconds):
            let ebb = Locked(Ebb())
            let monitor = application.monitor(period: seconds) { summary in
                ledger.add(summary)
                application.logger.info("\(summary.line)")
                if ebb.withLock({ $0.hasCome(with: summary.vmsCompared) }) { Heap.giveBack() }
            }
            try await application.supervise(monitor, beside: pages)
        case .idle(let reason):
            application.logger.warning("idle: \(reason)")
            try await application.supervise(ClosureService { try? await gracefulShutdown() }, beside: pages)
        }
    }
}
