// SPDX-License-Identifier: Apache-2.0

import AsyncAlgorithms
import Inventory
import OpenStack
import Records
import Values

/// One account's part of a cycle: reads its records, lists its servers and ports, proves what is missing, and hands on
/// the records for which anything may have changed.
struct AccountObserver: Sendable {
    let pipeline: Pipeline
    let work: AccountWork
    let report: CycleReport

    init(_ pipeline: Pipeline, _ work: AccountWork, _ report: CycleReport) {
        self.pipeline = pipeline
        self.work = work
        self.report = report
    }

    var configuration: PipelineConfiguration { pipeline.configuration }
    var digestKey: DigestKey { pipeline.digestKey }
    var store: any RecordStore { pipeline.store }
    var now: @Sendable () -> Double { pipeline.now }
    private var state: AccountState { work.state }
    private var vim: any VIMConnector { work.state.vim }

    /// Records that travel together through the channel, and records that are read again together.
    private static let travelling = 32
    private static let reread = 512

    func observe(into observed: AsyncChannel<ObservedRecords>) async throws {
        let (vms, records) = try await watchedVMs()
        report.update { $0.vmsWatched += vms.count }
        let identity = try await vim.identity()

        let flavors = configuration.rules.parity ? FlavorOrder() : nil
        let expected = expectedServers(vms)
        let servers = ServerListing(expecting: expected, digestKey: digestKey, flavors: flavors)
        let ports = PortListing(
            expecting: expectedPorts(vms), devices: Set(expected.keys), digestKey: digestKey
        )
        async let portsListed = vim.listPorts(ports)
        let serversListed = try await vim.listServers(servers)
        let listed = try await [serversListed, portsListed]
        report.update { summary in listed.forEach { summary.add($0) } }
        try await confirm(identity)

        let prover = Prover(
            state: state, limit: configuration.proofsPerCycle, digestKey: digestKey, now: now,
            report: report
        )
        let sightings = try await Sightings(
            vms: vms, servers: servers.finish(), identity: identity, flavors: flavors,
            observer: self, prover: prover
        )
        let vmsSeen = try await sightings.withPorts(ports.finish(), state: state, prover: prover)
        let confirmed = try await confirmed(vmsSeen)
        try await confirm(identity)
        await prover.keep()
        try await hand(on: confirmed, of: records, to: observed)
    }

    /// What was listed and proven is worth nothing if the account became another meanwhile: a token that was renewed
    /// may be for another project or lead to another cloud. Costs no request while the token is valid.
    private func confirm(_ identity: VIMIdentity) async throws(VIMError) {
        let changes = identity.changes(to: try await vim.identity())
        guard changes.isEmpty else {
            throw VIMError(
                .accountChanged, account: state.id, attempted: "ask the account",
                reason: "it became another while it was asked: \(changes.joined(separator: ", "))"
            )
        }
    }

    // MARK: Before the cloud is asked

    private func watchedVMs() async throws -> ([WatchedVM], WatchedRecords) {
        let addresses = Dictionary(grouping: work.elections.map(\.record), by: \.vnfr)
        let known = await state.knownRecords
        let (key, rules) = (digestKey, configuration.rules)
        let records = try await store.readRecords(ids: Array(addresses.keys), into: WatchedRecords()) { result, bytes in
            result.take(bytes, known: known, addresses: addresses, digestKey: key, rules: rules)
        }
        report.note(records.findings)
        await state.remember(records.memos)
        let clean = await state.cleanEntries(for: records.memos, now: now())
        let vms = work.elections.compactMap { election -> WatchedVM? in
            guard !election.candidates.isEmpty else { return nil }
            guard let recorded = records.memos[election.record.vnfr]?.vdus[election.record.index] else {
                report.note(
                    Finding(
                        .recordMissing, "\(election.record)",
                        "there is no such record, or it has no vim_info of this account")
                )
                return nil
            }
            return WatchedVM(election: election, recorded: recorded, clean: clean[election.record])
        }
        return (vms, records)
    }

    /// A server's digest counts only if it is clean for everybody who watches it.
    private func expectedServers(_ vms: [WatchedVM]) -> [ResourceKey: Digest?] {
        var expected: [ResourceKey: Digest?] = [:]
        for vm in vms {
            for task in vm.speakers {
                let key = ResourceKey(task.serverID)
                let digest = vm.clean.flatMap { $0.serverKey == key ? $0.server : nil }
                if let other = expected[key], other != digest {
                    expected[key] = .some(nil)
                } else {
                    expected[key] = digest
                }
            }
        }
        return expected
    }

    /// A port's digest counts only if one interface watches it.
    private func expectedPorts(_ vms: [WatchedVM]) -> [ResourceKey: PortListing.Clean?] {
        var expected: [ResourceKey: PortListing.Clean?] = [:]
        for vm in vms {
            for id in vm.recorded.interfaceIDs {
                let port = ResourceKey(id)
                var clean: PortListing.Clean?
                if case .listed(let digest, _)? = vm.clean?.ports[port], let server = vm.clean?.serverKey {
                    clean = PortListing.Clean(device: server, digest: digest)
                }
                if expected.updateValue(clean, forKey: port) != nil { expected[port] = .some(nil) }
            }
        }
        return expected
    }

    // MARK: After everything is known

    /// Hands on the records with at least one VM that may have changed, reading again those whose bytes were not kept.
    private func hand(
        on vms: [SightedVM], of records: WatchedRecords, to observed: AsyncChannel<ObservedRecords>
    ) async throws {
        let changed = records.changed
        var order: [String] = []
        var groups: [String: [SightedVM]] = [:]
        for vm in vms {
            if groups[vm.watched.address.vnfr] == nil { order.append(vm.watched.address.vnfr) }
            groups[vm.watched.address.vnfr, default: []].append(vm)
        }
        let due = order.filter { groups[$0]?.contains { !$0.isUnchanged } ?? false }
        let unchanged = vms.count - due.reduce(0) { $0 + (groups[$1]?.count ?? 0) }
        report.update { $0.vmsUnchanged += unchanged }

        for chunk in due.chunked(by: Self.reread) {
            let missing = chunk.filter { changed[$0] == nil }
            let read = missing.isEmpty ? [:] : try await reread(missing, as: records.memos)
            for part in chunk.chunked(by: Self.travelling) {
                let records = part.compactMap { id in
                    (changed[id] ?? read[id]).map { bytes in
                        ObservedRecord(vnfr: id, document: bytes, vms: groups[id]?.map(\.observed) ?? [])
                    }
                }
                try Task.checkCancellation()
                report.began()
                await observed.send(
                    ObservedRecords(account: state, isDryRun: configuration.isDryRun(state), records: records))
            }
        }
    }

    /// What was remembered of a VM says nothing about a record that changed while the cloud was asked: such a record
    /// is left to the next cycle.
    private func reread(_ ids: [String], as memos: [String: RecordMemo]) async throws -> [String: [UInt8]] {
        let key = digestKey
        let read = try await store.readRecords(ids: ids, into: [String: [UInt8]]()) { result, bytes in
            guard let id = try? recordID(of: bytes), memos[id]?.digest == key.digest(bytes) else { return }
            result[id] = Array(bytes)
        }
        for id in ids where read[id] == nil {
            report.update { $0.racesLost += 1 }
            report.note(
                Finding(
                    .raceLost, "vnfr \(id) of VIM account \(state.id)",
                    "it changed while its VIM was asked; compared in the next cycle"))
        }
        return read
    }
}

extension WatchedVM {
    var speakers: [VDUTask] { election.speakers(recorded: recorded.server) }
}

extension Array {
    func chunked(by size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

extension ArraySlice {
    func chunked(by size: Int) -> [ArraySlice<Element>] { Array(self).chunked(by: size) }
}
