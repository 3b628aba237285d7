// SPDX-License-Identifier: Apache-2.0

import Inventory
import Pipeline
import Status
import Testing

@Suite struct StatusTests {
    private let ledger = Ledger()

    private var pages: StatusPages { StatusPages(ledger: ledger) { "{\"cycle\":\($0.last?.cycle ?? 0)}" } }

    private func add(cycle: Int, _ change: (inout CycleSummary) -> Void = { _ in }) {
        var summary = CycleSummary(cycle: cycle, isDryRun: false)
        change(&summary)
        ledger.add(summary)
    }

    @Test func aProcessThatRunsIsHealthyButNotReadyBeforeItsFirstCycle() {
        #expect(pages.page("/health").status == 200)
        #expect(pages.page("/ready").status == 503)
        add(cycle: 1)
        #expect(pages.page("/ready").status == 200)
    }

    @Test func aCycleThatCouldNotRunIsNotReady() {
        add(cycle: 1) { $0.couldNotRun = true }
        #expect(pages.page("/ready").status == 503)
    }

    @Test func statusTellsTheLastCycle() {
        add(cycle: 1)
        add(cycle: 7)
        #expect(pages.page("/status").text == "{\"cycle\":7}")
        #expect(pages.page("/status").type == "application/json")
    }

    @Test func metricsSumOverCyclesAndShowTheLastOne() {
        add(cycle: 1) {
            $0.vdusWritten = 2
            $0.vmsWatched = 9
            $0.kinds = [.init(code: .vimFailed, detail: nil): 3, .init(code: .vimFailed, detail: "timeout"): 2]
        }
        add(cycle: 2) {
            $0.vdusWritten = 5
            $0.vmsWatched = 8
            $0.kinds = [.init(code: .vimFailed, detail: "timeout"): 1, .init(code: .vimFailed, detail: "http_503"): 1]
            $0.isReadOnly = true
        }
        let lines = pages.page("/metrics").text.split(separator: "\n")
        for line in [
            "vimwatch_cycles_total 2", "vimwatch_vdus_written_total 7", "vimwatch_vms_watched 8", "vimwatch_writer 0",
            "vimwatch_findings_total{code=\"vim_failed\",detail=\"\"} 3",
            "vimwatch_findings_total{code=\"vim_failed\",detail=\"timeout\"} 3",
            "vimwatch_findings_total{code=\"vim_failed\",detail=\"http_503\"} 1",
            "vimwatch_findings_total{code=\"race_lost\",detail=\"\"} 0",
        ] {
            #expect(lines.contains(Substring(line)), "\(line)")
        }
    }

    @Test func anUnknownPathIsNotFound() {
        #expect(pages.page("/nothing").status == 404)
    }
}
