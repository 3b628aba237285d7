// SPDX-License-Identifier: Apache-2.0

import Commands
import Logging
import Pipeline
import Settings
import Simulator
import Support
import TestGolden
import TestGoldenExpectation
import Testing
import Values

/// Every recorded scenario of the original from settings to database: what `run --once` runs, over HTTP and MongoDB.
@Suite(.surroundings) struct GoldenEndToEndTests {
    /// How many objects a cloud puts on a page.
    enum Pages: String, CaseIterable {
        case whole, ofTwo
    }

    @Test(arguments: GoldenScenario.all, Pages.allCases)
    func scenario(_ scenario: GoldenScenario, _ pages: Pages) async throws {
        let surroundings = try Surroundings.get()
        let accounts = scenario.vimAccounts.map { account in
            GoldenAccount(account, of: scenario, pages: pages, url: surroundings.url)
        }
        for account in accounts { account.serve(by: surroundings.simulator) }
        var collections = scenario.collections
        collections["vim_accounts"] = accounts.map(\.document)
        try await TestDatabase.with(collections) { database in
            let summary = try await Application.runOnce(scenario.settings(in: database, pages))
            GoldenExpectation(scenario).check(try await database.documents(in: "vnfrs"), summary.findings)
        }
    }
}

extension Application {
    /// Makes, runs and closes an application, quietly.
    static func runOnce(_ settings: Settings) async throws -> CycleSummary {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let application = try await Application.make(settings, logger: logger)
        let summary = await application.runOnce()
        await application.close()
        return summary
    }
}

extension GoldenScenario {
    fileprivate func settings(in database: TestDatabase, _ pages: GoldenEndToEndTests.Pages) -> Settings {
        var settings = database.settings
        settings.database.commonkey = config["database"]?["commonkey"]?.string.map(Secret.init)
        settings.database.masterpassword = config["database"]?["masterpassword"]?.string.map(Secret.init)
        settings.reconcile.parity = true
        settings.deletion.hold = false
        // As the original: one account after the other, and two accounts of one record in one bulk.
        settings.concurrency.accounts = 1
        settings.writer.linger = .seconds(60)
        if pages == .ofTwo { settings.http.portsPageSize = 2 }
        return settings
    }
}
