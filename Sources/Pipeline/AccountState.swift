// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Values

/// What is kept of one VIM account between cycles. One task works on an account at a time; the comparison reports back
/// what it found clean.
actor AccountState {
    nonisolated let id: String
    nonisolated let name: String
    nonisolated let vim: any VIMConnector
    nonisolated let hold: AccountHold
    private let backoff: Backoff.Limits
    private var breaker: Breaker
    private var tookLong = false

    private var known: KnownRecords?
    /// When what is known was read; `nil` if the store did not tell.
    private(set) var mark: ChangeJournal.Mark?
    /// Records of its list that are not what is known of them.
    private var distrusted: Set<Int> = []
    /// By VM of its list.
    private var clean: [CleanEntry?] = [] { didSet { expected = nil } }
    /// No VM is due before, in seconds since 1970.
    private var nextDue = -Double.infinity
    /// Made of `clean` and a roster, as long as they are these.
    private var expected: (roster: Roster, expectations: Expectations)?
    /// Of the last listings of servers and ports.
    private(set) var orders = (servers: ListingOrder(), ports: ListingOrder())
    private var portsProvenGone: Set<ResourceKey> = []
    private var unconfirmed: [ResourceKey: Backoff] = [:]

    init(id: String, name: String, vim: any VIMConnector, limits: Breaker.Limits) {
        backoff = Backoff.Limits(base: limits.base, maximum: limits.maximum)
        breaker = Breaker(limits)
        self.id = id
        self.name = name
        self.vim = vim
        hold = AccountHold(account: id)
    }

    /// What was known of these VMs and their records when they were last read.
    func known(of list: WatchList) -> KnownRecords? {
        guard let known, known.roster.list !== list else { return known }
        let entries = Dictionary(zip(known.roster.list.elections.lazy.map(\.record), clean)) { first, _ in first }
        clean = list.elections.map { entries[$0.record] ?? nil }
        self.known = known.moved(to: list)
        distrusted = []
        return self.known
    }

    /// The VMs of the list that have to be compared in full at this time. What was remembered of them is forgotten.
    func due(in list: WatchList, now: Double) -> [Int] {
        guard known?.roster.list === list else { return Array(list.elections.indices) }
        if now >= nextDue {
            for vm in clean.indices { if let due = clean[vm]?.due, due <= now { clean[vm] = nil } }
            nextDue = clean.lazy.compactMap { $0?.due }.min() ?? .infinity
        }
        return clean.indices.filter { clean[$0] == nil }
    }

    /// Takes over what was read of the records, and forgets what was remembered of those that changed.
    ///
    /// - Parameter mark: a moment before they were read.
    /// - Returns: what still holds of the VMs, by their numbers, and what it lets expect of the listings.
    func remember(
        _ read: KnownRecords, at mark: ChangeJournal.Mark?
    ) -> (clean: [CleanEntry?], expected: Expectations) {
        let known = self.known
        self.known = read
        self.mark = mark
        distrusted = []
        if let known {
            for vm in clean.indices where clean[vm] != nil {
                let record = read.roster.list.recordOf[vm]
                if known.checksums[record] != read.checksums[record] { clean[vm] = nil }
            }
        } else {
            clean = Array(repeating: nil, count: read.roster.list.elections.count)
        }
        if let expected, expected.roster === read.roster { return (clean, expected.expectations) }
        let expectations = Expectations(read.roster, clean)
        expected = (read.roster, expectations)
        return (clean, expectations)
    }

    /// Records turned out not to be what they were last read as: they are read in the next cycle, whatever is told of
    /// their changes.
    func distrust(_ records: [Int], in list: WatchList) {
        guard let known, known.roster.list === list else { return }
        var checksums = known.checksums
        self.known = nil
        for record in records { checksums[record] = nil }
        distrusted.formUnion(records)
        self.known = KnownRecords(roster: known.roster, checksums: checksums)
    }

    func listed(_ servers: ServerSightings, _ ports: PortSightings) { orders = (servers.order, ports.order) }

    /// What a comparison found of the VMs of some records.
    ///
    /// It counts if the record is still the one that was compared. If only an outline of it was read, this is what it is
    /// from now on, provided that nothing of it has to be looked at again.
    func note(_ compared: ComparedRecords, in list: WatchList) {
        guard let known, known.roster.list === list else { return }
        var checksums = known.checksums
        for record in compared.records {
            let vms = compared.vms[record.vms]
            var isCurrent = checksums[record.number] == record.checksum
            if checksums[record.number] == nil, known.roster.isThere[record.number],
                !distrusted.contains(record.number), vms.count == list.vms(of: record.number).count,
                vms.allSatisfy({ $0.clean != nil })
            {
                checksums[record.number] = record.checksum
                isCurrent = true
            }
            for vm in vms {
                clean[vm.number] = isCurrent ? vm.clean : nil
                nextDue = min(nextDue, vm.clean?.due ?? .infinity)
            }
        }
        self.known = KnownRecords(roster: known.roster, checksums: checksums)
    }

    func isProvenGone(port: ResourceKey) -> Bool { portsProvenGone.contains(port) }
    func proved(gone ports: Set<ResourceKey>) { portsProvenGone.formUnion(ports) }

    /// Forgets proofs about ports that no record names any more, and failed ones about what was seen since.
    func keepProofs(about ports: KeyTable, unconfirmed keys: Set<ResourceKey>) {
        portsProvenGone = portsProvenGone.filter { ports.number(of: $0) != nil }
        unconfirmed = unconfirmed.filter { keys.contains($0.key) }
    }

    func mayAsk(about key: ResourceKey, now: Double) -> Bool { unconfirmed[key]?.allows(now) ?? true }
    func answered(about key: ResourceKey) { unconfirmed[key] = nil }
    func unanswered(about key: ResourceKey, now: Double) {
        unconfirmed[key, default: Backoff(backoff)].failed(now: now)
    }

    /// Whether the account may be asked, and what went wrong before.
    func standing(now: Double) -> (state: Breaker.State, failures: Int, cause: String) {
        (breaker.state(now: now), breaker.failures, breaker.cause)
    }

    /// Whether its last poll failed or took long.
    var isSlow: Bool { tookLong || breaker.failures > 0 }
    /// - Parameter patience: seconds after which a poll counts as slow.
    func took(_ seconds: Double, patience: Double) { tookLong = seconds >= patience }

    func succeeded() { breaker.succeeded() }
    func failed(_ error: VIMError, now: Double, chance: Double) { breaker.failed(error, now: now, chance: chance) }
    /// A single request failed, not the account.
    func heed(_ error: VIMError, now: Double) { breaker.heed(error, now: now) }
}

/// What a comparison found of the VMs of some records.
struct ComparedRecords: Sendable {
    /// By their numbers in the watch list, the records that were compared, and where their VMs are below.
    private(set) var records: [(number: Int, checksum: UInt64, vms: Range<Int>)] = []
    /// Their numbers in the watch list; no entry for those that have to be looked at again.
    private(set) var vms: [(number: Int, clean: CleanEntry?)] = []

    mutating func append(_ record: Int, checksum: UInt64) {
        records.append((record, checksum, vms.count..<vms.count))
    }

    /// Adds a VM of the last record.
    mutating func append(vm number: Int, _ clean: CleanEntry?) {
        vms.append((number, clean))
        let last = records.count - 1
        records[last].vms = records[last].vms.lowerBound..<vms.count
    }
}
