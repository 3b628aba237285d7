// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Records
import Values

/// One account's part of a cycle: reads its records, lists its servers and ports, and proves what is missing.
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

    /// What has to be compared of the account.
    func observe() async throws -> ObservedAccount {
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
        try await sightings.addPorts(listedPorts, of: watch, state: state, prover: prover)
        let confirmed = try await confirmed(sightings.vms, of: watch)
        try await confirm(identity)
        await prover.keep()
        return ObservedAccount(
            observer: self, identity: identity, watch: watch,
            sighted: SightedRecords(confirmed, sightings.ports, of: watch.roster.list), texts: sightings.texts,
            resolvable: resolvable)
    }

    /// What was listed and proven is worth nothing if the account became another meanwhile: a token that was renewed
    /// may be for another project or lead to another cloud. Costs no request while the token is valid.
    func confirm(_ identity: VIMIdentity) async throws(VIMError) {
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
}
