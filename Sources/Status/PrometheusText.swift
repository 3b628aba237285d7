// SPDX-License-Identifier: Apache-2.0

import Inventory
import Pipeline

/// The ledger in Prometheus' text format (version 0.0.4). Labels come from a bounded set only.
package struct PrometheusText {
    package private(set) var text = ""

    package init(_ entry: Ledger.Entry) {
        counter("cycles_total", "Cycles since the start.", entry.cycles)
        counter("cycle_overruns_total", "Cycles that took longer than the period.", entry.overruns)
        sample("cycle_seconds_total", "counter", "Time spent in cycles.", [("", "\(entry.seconds)")])
        counter("vdus_written_total", "VDUs whose records were changed.", entry.vdusWritten)
        counter("fields_written_total", "Fields of records that were changed.", entry.fieldsWritten)
        counter("deletions_total", "VMs proven to be gone and recorded as deleted.", entry.deletions)
        counter("races_lost_total", "Updates that another writer forestalled.", entry.racesLost)
        counter("proofs_total", "Requests for single servers and ports.", entry.proofs)
        counter("listed_bytes_total", "Bytes of listings received.", entry.bytesListed)
        sample(
            "findings_total", "counter",
            "Things that kept a part of the work from being done, by code and, for some, by detail.",
            Finding.Code.allCases.flatMap { code in
                // Each code is there from the beginning, so that its first finding is a rise; details as they come.
                let details = entry.findings.keys.filter { $0.code == code }.compactMap(\.detail).sorted()
                return ([nil] + details).map { detail in
                    let count = entry.findings[Finding.Kind(code: code, detail: detail)] ?? 0
                    return ("{code=\"\(code.rawValue)\",detail=\"\(detail ?? "")\"}", "\(count)")
                }
            }
        )
        guard let last = entry.last else { return }
        gauge("accounts", "VIM accounts of the last cycle.", last.accounts)
        gauge("accounts_failed", "VIM accounts that failed in the last cycle.", last.accountsFailed)
        gauge("accounts_paused", "VIM accounts left alone in the last cycle after failures.", last.accountsPaused)
        gauge("accounts_busy", "VIM accounts still being asked since an earlier cycle.", last.accountsBusy)
        gauge("vms_watched", "VMs watched in the last cycle.", last.vmsWatched)
        gauge("vms_held", "VMs whose deletion is held back.", last.vmsHeld)
        gauge("writer", "1 if this instance is the one that writes.", last.isReadOnly ? 0 : 1)
        sample("last_cycle_seconds", "gauge", "Time of the last cycle.", [("", "\(last.seconds)")])
    }

    private mutating func counter(_ name: String, _ help: String, _ value: Int) {
        sample(name, "counter", help, [("", "\(value)")])
    }

    private mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        sample(name, "gauge", help, [("", "\(value)")])
    }

    private mutating func sample(_ name: String, _ type: String, _ help: String, _ values: [(labels: String, String)]) {
        text += "# HELP vimwatch_\(name) \(help)\n# TYPE vimwatch_\(name) \(type)\n"
        for (labels, value) in values { text += "vimwatch_\(name)\(labels) \(value)\n" }
    }
}
