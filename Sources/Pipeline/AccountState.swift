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

    private var roster: Roster?
    /// By VM of the roster's list.
    private var clean: [CleanEntry?] = []
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
    func known(of list: WatchList) -> Roster? {
        guard let roster, roster.list !== list else { return roster }
        let entries = Dictionary(zip(roster.list.elections.lazy.map(\.record), clean)) { first, _ in first }
        clean = list.elections.map { entries[$0.record] ?? nil }
        self.roster = roster.moved(to: list)
        return self.roster
    }

    /// Takes over what was read of the records, and forgets what was remembered of those that changed.
    ///
    /// - Returns: what still holds of the VMs at this time, by their numbers.
    func remember(_ roster: Roster, now: Double) -> [CleanEntry?] {
        let known = self.roster
        self.roster = roster
        guard let known else {
            clean = Array(repeating: nil, count: roster.list.elections.count)
            return clean
        }
        for vm in clean.indices {
            guard let due = clean[vm]?.due else { continue }
            let record = roster.list.recordOf[vm]
            if due <= now || known !== roster && known.digests[record] != roster.digests[record] { clean[vm] = nil }
        }
        return clean
    }

    /// What a comparison found of VMs whose record was this. It counts if the record is still the same.
    func note(_ outcomes: [ComparedVM], in list: WatchList) {
        guard let roster, roster.list === list else { return }
        for outcome in outcomes {
            let isCurrent = roster.digests[list.recordOf[outcome.vm]] == outcome.record
            clean[outcome.vm] = isCurrent ? outcome.clean : nil
        }
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

/// What a comparison found of one VM.
struct ComparedVM: Sendable {
    /// Its number in the watch list.
    let vm: Int
    /// The record that it was compared with.
    let record: Digest
    /// `nil` if it has to be looked at again.
    let clean: CleanEntry?
}
