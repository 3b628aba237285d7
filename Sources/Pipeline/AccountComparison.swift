// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import OpenStack
import Records
import Values

/// Compares records of one account with what was seen of their VMs, some at a time, each while it is lent by the database:
/// what is seen of a record's VMs is gathered when the record is at hand, in memory that serves for the next one too.
///
/// An object since it goes to the thread that reads and comes back.
final class AccountComparison: @unchecked Sendable {
    // Sendable: it is used by one at a time, the reading of records or who waits for it.
    private var work: ComparisonWork

    init(_ observed: ObservedAccount) { work = ComparisonWork(observed) }

    /// What comparing some records amounts to.
    struct Part {
        var updates: [GuardedUpdate] = []
        var compared = ComparedRecords()
        /// What has to wait until it is known which flavours have these names.
        var waiting: [(record: Int, read: ReadRecord)] = []
        var flavors: Set<String> = []
        /// How many VMs were compared, and how many were not since nothing is to be said of them.
        var vms = (compared: 0, unchanged: 0)
    }

    /// What was found out about the records since the last call.
    func takePart() -> Part { work.takePart() }

    /// The names of the flavours that most servers are likely to have, as far as they have to be looked up.
    func firstFlavors() -> Set<String> { work.firstFlavors() }

    /// Takes what was found out about a flavour.
    func learn(_ name: String, _ ids: Result<[String], VIMError>) { work.gathering.learn(name, ids) }

    /// Compares a record whose bytes were kept.
    func compare(_ record: Int, _ read: ReadRecord) {
        read.document.lent { compare(record, $0, checksum: read.checksum, isChecked: read.isChecked) }
    }

    /// Compares a record.
    ///
    /// - Parameters:
    ///   - record: its number in the watch list.
    ///   - document: valid during the call.
    ///   - isChecked: see `RecordComparer`.
    func compare(_ record: Int, _ document: UnsafeRawBufferPointer, checksum: UInt64, isChecked: Bool) {
        work.compare(record, document, checksum: checksum, isChecked: isChecked)
    }
}

/// All that is needed for it.
private struct ComparisonWork: ~Copyable {
    private let account: AccountState
    /// By VM: what was remembered of it.
    private let clean: [CleanEntry?]
    private let sighted: SightedRecords
    private let configuration: PipelineConfiguration
    private let now: @Sendable () -> Double
    private let report: CycleReport
    var gathering: Gathering
    private var comparer: RecordComparer
    /// Updates that may come together.
    private let together: Int
    private var updates: GuardedUpdates
    private var part = AccountComparison.Part()

    init(_ observed: ObservedAccount) {
        let observer = observed.observer
        (account, configuration) = (observer.work.state, observer.configuration)
        (now, report) = (observer.now, observer.report)
        (sighted, clean) = (observed.sighted, observed.watch.clean)
        together = min(PipelineConfiguration.recordsTogether, sighted.due.count)
        updates = GuardedUpdates(expecting: together, writesLines: report.logsWrites)
        gathering = Gathering(observed)
        comparer = RecordComparer(account: account.id, rules: configuration.rules)
    }

    mutating func firstFlavors() -> Set<String> {
        gathering.firstFlavors(of: sighted.due.lazy.flatMap { [sighted] in sighted.vms(of: $0) })
    }

    mutating func takePart() -> AccountComparison.Part {
        defer {
            part = AccountComparison.Part()
            updates = GuardedUpdates(expecting: together, writesLines: report.logsWrites)
        }
        part.updates = updates.finish()
        return part
    }

    mutating func compare(_ record: Int, _ document: UnsafeRawBufferPointer, checksum: UInt64, isChecked: Bool) {
        let vms = sighted.vms(of: record)
        guard gathering.gather(vms) else {
            let read = ReadRecord(document: SharedBytes(Array(document)), checksum: checksum, isChecked: isChecked)
            part.waiting.append((record, read))
            if let name = gathering.missingFlavor { part.flavors.insert(name) }
            return
        }
        report.note(gathering.findings)
        let first = vms.startIndex
        guard
            vms.indices.contains(where: { index in
                !vms[index].isUnchanged && !gathering.observations[index - first].server.isUnknown
            })
        else {
            part.vms.unchanged += vms.count
            return
        }
        part.vms.compared += vms.count
        do throws(BSONError) {
            let comparison = try comparer.compare(document, isChecked: isChecked, with: gathering.observations)
            report.note(comparison.findings)
            if let update = comparison.update { updates.append(update, &comparer.changes) }
            part.compared.append(record, checksum: checksum)
            for index in vms.indices {
                let isClean = comparer.outcomes[index - first].isClean
                part.compared.append(
                    vm: vms[index].number,
                    isClean ? cleanEntry(vms[index], comparer.outcomes[index - first]) : nil)
            }
        } catch {
            report.note(
                Finding(
                    .recordMalformed, "vnfr \(sighted.list.id(ofRecord: record)) of VIM account \(account.id)",
                    "\(error); its VMs are left alone"))
        }
    }

    /// What lets the next cycle pass over a VM; `nil` for one that was not seen running.
    private func cleanEntry(_ vm: SightedVM, _ outcome: RecordComparison.Outcome) -> CleanEntry? {
        // The original writes all its fields along with any change: they have to be seen, not remembered.
        guard !configuration.rules.parity else { return nil }
        let server: Digest
        switch vm.server {
        case .fresh(_, let digest), .same(_, let digest): server = digest
        case .gone, .unknown: return nil
        }
        let seen = sighted.ports(of: vm)
        var ports: [CleanPort] = []
        ports.reserveCapacity(seen.count)
        for (place, port) in seen.enumerated() {
            switch port.sighting {
            case .fresh(_, let digest), .same(_, let digest):
                guard let memory = outcome.ports[port.key, at: place] else { return nil }
                ports.append(.listed(digest, memory))
            case .gone: ports.append(.gone)
            case .unknown: return nil
            }
        }
        // Spread over the second half of the interval, so that not everything falls due in one cycle.
        let spread = Double(server.low % 1024) / 2048
        let due = now() + configuration.fullEvery * (0.5 + spread)
        let isComparedInFull = vm.server.isFresh && seen.allSatisfy(\.sighting.isFresh)
        return CleanEntry(
            serverKey: vm.serverID.key, server: server, serverMemory: outcome.server,
            ports: CleanPorts(ports), due: isComparedInFull ? due : min(due, clean[vm.number]?.due ?? due)
        )
    }
}
