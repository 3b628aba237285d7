// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Logging
import Pipeline
import Status
import Testing

@Suite struct StatusTests {
    private let ledger = Ledger()

    private func ask(_ path: String) async throws -> (HTTPResponse.Status, String) {
        let server = StatusServer(
            host: "127.0.0.1", port: 0, ledger: ledger, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { "{\"cycle\":\($0.last?.cycle ?? 0)}" }
        return try await Application(router: server.router).test(.router) { client in
            try await client.execute(uri: path, method: .get) { ($0.status, String(buffer: $0.body)) }
        }
    }

    private func add(cycle: Int, _ change: (inout CycleSummary) -> Void = { _ in }) {
        var summary = CycleSummary(cycle: cycle, isDryRun: false)
        change(&summary)
        ledger.add(summary)
    }

    @Test func aProcessThatRunsIsHealthyButNotReadyBeforeItsFirstCycle() async throws {
        #expect(try await ask("/health").0 == .ok)
        #expect(try await ask("/ready").0 == .serviceUnavailable)
        add(cycle: 1)
        #expect(try await ask("/ready").0 == .ok)
    }

    @Test func aCycleThatCouldNotRunIsNotReady() async throws {
        add(cycle: 1) { $0.couldNotRun = true }
        #expect(try await ask("/ready").0 == .serviceUnavailable)
    }

    @Test func statusTellsTheLastCycle() async throws {
        add(cycle: 1)
        add(cycle: 7)
        #expect(try await ask("/status").1 == "{\"cycle\":7}")
    }

    @Test func metricsSumOverCyclesAndShowTheLastOne() async throws {
        add(cycle: 1) {
            $0.vdusWritten = 2
            $0.vmsWatched = 9
            $0.counts = [.vimFailed: 3]
        }
        add(cycle: 2) {
            $0.vdusWritten = 5
            $0.vmsWatched = 8
            $0.counts = [.vimFailed: 1]
            $0.isReadOnly = true
        }
        let text = try await ask("/metrics").1
        for line in [
            "vimwatch_cycles_total 2", "vimwatch_vdus_written_total 7", "vimwatch_vms_watched 8", "vimwatch_writer 0",
            "vimwatch_findings_total{code=\"vim_failed\"} 4", "vimwatch_findings_total{code=\"race_lost\"} 0",
        ] {
            #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)")
        }
    }
}
