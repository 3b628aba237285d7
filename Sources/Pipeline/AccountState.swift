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

    private var memos: [String: RecordMemo] = [:]
    private var clean: [RecordAddress: CleanEntry] = [:]
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

    var knownRecords: [String: RecordMemo] { memos }

    /// Takes over what was read in this cycle and forgets records that are no longer watched.
    func remember(_ memos: [String: RecordMemo]) { self.memos = memos }

    func cleanEntry(_ address: RecordAddress) -> CleanEntry? { clean[address] }

    /// The entries that still hold for these records, at this time.
    func cleanEntries(for records: [String: RecordMemo], now: Double) -> [RecordAddress: CleanEntry] {
        clean = clean.filter { records[$0.key.vnfr]?.digest == $0.value.record && $0.value.due > now }
        return clean
    }

    func markClean(_ entries: [RecordAddress: CleanEntry]) {
        clean.merge(entries) { $1 }
    }

    func markUnclean(_ addresses: [RecordAddress]) {
        for address in addresses { clean[address] = nil }
    }

    func isProvenGone(port: ResourceKey) -> Bool { portsProvenGone.contains(port) }
    func proved(gone ports: Set<ResourceKey>) { portsProvenGone.formUnion(ports) }

    /// Forgets proofs about ports that no record names any more, and failed ones about what was seen since.
    func keepProofs(about ports: Set<ResourceKey>, unconfirmed keys: Set<ResourceKey>) {
        portsProvenGone.formIntersection(ports)
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
