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

    /// Records that are read again and travel through the channels together, no more than come with one reply of the
    /// database (`MongoStore`). Nothing of the others takes room meanwhile but what was listed of them.
    static let travelling = 48

    func observe(into observed: AsyncChannel<ObservedRecords>) async throws {
        let watch = try await watch()
        report.update { $0.vmsWatched += watch.roster.watched }
        let identity = try await vim.identity()

        let (places, flavors) = (watch.roster.servers.table, configuration.rules.parity ? FlavorOrder() : nil)
        let orders = await state.orders
        let servers = ServerListing(
            places, expecting: watch.expected, in: orders.servers, digestKey: digestKey, flavors: flavors
        )
        let ports = PortListing(
            watch.roster.ports.table, expecting: watch.expected, in: orders.ports, devices: places,
            digestKey: digestKey
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
        let (listedServers, listedPorts) = (servers.finish(), ports.finish())
        await state.listed(listedServers, listedPorts)
        let (vms, settled) = watch.unsettled(listedServers, listedPorts)
        report.update { $0.vmsUnchanged += settled.count }
        let resolvable = try await Gathering.resolvable(flavors, vim: vim)
        var sightings = try await Sightings(
            watch, vms: vms, settled: settled, servers: listedServers, ports: listedPorts, identity: identity,
            observer: self, prover: prover
        )
        try await sightings.addPorts(listedPorts, of: watch.roster, state: state, prover: prover)
        let confirmed = try await confirmed(sightings.vms)
        try await confirm(identity)
        await prover.keep()
        var gathering = Gathering(self, sightings, resolvable: resolvable)
        try await hand(on: confirmed, of: watch, as: identity, gatheredBy: &gathering, to: observed)
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

    private func watch() async throws -> Watch {
        let (list, key) = (work.list, digestKey)
        let mark = await pipeline.journal?.mark()
        let known = await state.known(of: list)
        let due = await state.due(in: list, now: now())
        let touched = await pipeline.journal?.touched(in: list, since: mark == nil ? nil : state.mark)
        let reading = RecordReading(list, known: known, due: due, touched: touched, rules: configuration.rules)
        var read = try await store.readRecords(ids: reading.ids, reading.extent, into: reading) { $0.take($1, key) }
        let unclear = read.beginWithoutOutlines()
        if !unclear.isEmpty {
            read = try await store.readRecords(ids: unclear, .whole, into: read) { $0.take($1, key) }
        }
        report.note(read.findings)
        let records = read.finish()
        for vm in records.roster.vdus.indices where records.roster.vdus[vm] == nil {
            report.note(
                Finding(
                    .recordMissing, "\(list.elections[vm].record)",
                    "there is no such record, or it has no vim_info of this account"))
        }
        let (clean, expected) = await state.remember(records, at: mark)
        return Watch(records: records, clean: clean, expected: expected, changed: read.changed)
    }

    // MARK: After everything is known

    /// Hands on the records with at least one VM that may have changed, reading again those whose bytes were not kept.
    ///
    /// Gathering may ask the cloud for flavours, so that it has to be still the one that was listed.
    private func hand(
        on vms: [SightedVM], of watch: Watch, as identity: VIMIdentity, gatheredBy gathering: inout Gathering,
        to observed: AsyncChannel<ObservedRecords>
    ) async throws {
        let sighted = SightedRecords(vms, of: watch.roster.list)
        report.update { $0.vmsUnchanged += sighted.unchanged }
        for part in sighted.due.chunked(by: Self.travelling) {
            var seen: [(record: Int, vms: [ObservedVM])] = []
            seen.reserveCapacity(part.count)
            gathering.begin(part, of: sighted)
            for record in part {
                var vms: [ObservedVM] = []
                for place in sighted.places(of: record) { vms.append(try await gathering.add(sighted.vms[place])) }
                if vms.contains(where: \.needsLook) {
                    seen.append((record, vms))
                } else {
                    report.update { $0.vmsUnchanged += vms.count }
                }
            }
            try await confirm(identity)
            let missing = seen.lazy.map(\.record).filter { watch.changed[$0] == nil }
            let read = missing.isEmpty ? [:] : try await reread(Array(missing), as: watch.records)
            let records = seen.compactMap { record, vms -> ObservedRecord? in
                guard let document = watch.changed[record] ?? read[record] else { return nil }
                return ObservedRecord(number: record, read: document, vms: vms)
            }
            try Task.checkCancellation()
            guard !records.isEmpty else { continue }
            report.began()
            await observed.send(
                ObservedRecords(
                    account: state, list: sighted.list, isDryRun: configuration.isDryRun(state), records: records,
                    documents: gathering.finish()))
        }
    }

    /// What was remembered of a VM says nothing about a record that changed while the cloud was asked: such a record
    /// is left to the next cycle.
    private func reread(_ records: [Int], as known: KnownRecords) async throws -> [Int: ReadRecord] {
        let (key, list) = (digestKey, known.roster.list)
        let ids = records.map(list.id(ofRecord:))
        let reread = try await store.readRecords(ids: ids, .whole, into: RereadRecords(count: ids.count)) {
            result, bytes in
            guard let id = try? recordID(of: bytes), let record = list.record(id) else { return }
            let digest = key.digest(bytes)
            let known = known.digests[record]
            guard known == nil || digest == known else { return }
            result.append(bytes, digest, isChecked: known != nil, as: record)
        }
        let read = reread.records
        let changed = records.filter { read[$0] == nil }
        await state.distrust(changed, in: list)
        for record in changed {
            report.update { $0.racesLost += 1 }
            report.note(
                Finding(
                    .raceLost, "vnfr \(list.id(ofRecord: record)) of VIM account \(state.id)",
                    "it changed while its VIM was asked; compared in the next cycle"))
        }
        return read
    }
}

extension Array {
    func chunked(by size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
