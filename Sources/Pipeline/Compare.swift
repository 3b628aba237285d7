// SPDX-License-Identifier: Apache-2.0

import AsyncAlgorithms
import BSON
import Inventory
import Records
import Values

/// The third stage: compares what may have changed with its records, and decodes its ports. Pure but for the notes it
/// takes.
struct Compare: Sendable {
    private let configuration: PipelineConfiguration
    private let now: @Sendable () -> Double
    private let report: CycleReport

    init(_ pipeline: Pipeline, _ report: CycleReport) {
        configuration = pipeline.configuration
        now = pipeline.now
        self.report = report
    }

    /// Compares until there is nothing more to come. Waits while the writer is busy.
    func run(
        _ observed: AsyncChannel<ObservedRecords>, into updates: consuming Pipeline.UpdateChannel.Source?
    ) async {
        guard var updates else { return }
        for await records in observed {
            let needed = await compare(records)
            if !needed.isEmpty {
                report.began(needed.count)
                // Fails only when everything is cancelled: then the updates are recomputed another time.
                try? await updates.send(needed)
            }
            report.ended()
        }
    }

    /// The updates that some records of one account need. Those of a dry run are only reported.
    @concurrent
    private func compare(_ observed: ObservedRecords) async -> [GuardedUpdate] {
        var updates = GuardedUpdates(size: observed.sizeOfUpdates)
        var compared: [ComparedRecord] = []
        var comparer = RecordComparer(
            account: observed.account.id, rules: configuration.rules, makesLines: report.logsWrites)
        for record in observed.records {
            let observations = record.vms.map { VDUObservation($0, observed.documents) }
            let comparison: RecordComparison
            do throws(BSONError) {
                comparison = try record.read.document.lent { (document) throws(BSONError) in
                    let comparison = try comparer.compare(
                        document, isChecked: record.read.isChecked, with: observations)
                    if let update = comparison.update {
                        if observed.isDryRun {
                            report.wrote(RecordUpdate(update, copying: comparer.changes).vdus, isDryRun: true)
                        } else {
                            updates.append(update, &comparer.changes)
                        }
                    }
                    // What was noted refers to what was seen.
                    withExtendedLifetime(observations) {}
                    return comparison
                }
            } catch {
                report.note(
                    Finding(
                        .recordMalformed,
                        "vnfr \(observed.list.id(ofRecord: record.number)) of VIM account \(observed.account.id)",
                        "\(error); its VMs are left alone"))
                continue
            }
            report.note(comparison.findings)
            let vms = zip(record.vms, comparison.outcomes).map { vm, outcome in
                (number: vm.watched.number, clean: outcome.isClean ? cleanEntry(vm, outcome) : nil)
            }
            compared.append(ComparedRecord(record: record.number, digest: record.read.digest, vms: vms))
        }
        let count = observed.records.reduce(0) { $0 + $1.vms.count }
        report.update { $0.vmsCompared += count }
        await observed.account.note(compared, in: observed.list)
        // A few would keep the texts of all until they are written.
        let needed = updates.finish()
        return needed.count * 4 < observed.records.count ? needed.map(\.alone) : needed
    }

    /// What lets the next cycle pass over a VM; `nil` for one that was not seen running.
    private func cleanEntry(_ vm: ObservedVM, _ outcome: RecordComparison.Outcome) -> CleanEntry? {
        // The original writes all its fields along with any change: they have to be seen, not remembered.
        guard !configuration.rules.parity else { return nil }
        let server: Digest
        switch vm.server {
        case .fresh(_, let digest), .same(_, let digest): server = digest
        case .gone, .unknown: return nil
        }
        let watched = vm.watched
        var ports: [CleanPort] = []
        ports.reserveCapacity(watched.recorded.interfaces.count)
        for (place, id) in watched.recorded.interfaces.enumerated() {
            switch vm.ports[id.key, at: place] {
            case .fresh(_, let digest)?, .same(_, let digest)?:
                guard let memory = outcome.ports[id.key, at: place] else { return nil }
                ports.append(.listed(digest, memory))
            case .gone?: ports.append(.gone)
            case .unknown?, nil: return nil
            }
        }
        // Spread over the second half of the interval, so that not everything falls due in one cycle.
        let spread = Double(server.low % 1024) / 2048
        let due = now() + configuration.fullEvery * (0.5 + spread)
        let isComparedInFull = vm.server.isFresh && vm.ports.elements.allSatisfy(\.isFresh)
        return CleanEntry(
            serverKey: vm.serverID.key, server: server, serverMemory: outcome.server,
            ports: CleanPorts(ports), due: isComparedInFull ? due : min(due, watched.clean?.due ?? due)
        )
    }
}
