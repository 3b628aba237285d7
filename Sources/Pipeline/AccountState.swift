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

    private var memos: [String: RecordMemo] = [:]
    private var clean: [RecordAddress: CleanEntry] = [:]
    private var portsProvenGone: Set<ResourceKey> = []
    private var unconfirmed: [ResourceKey: Backoff] = [:]
    private var failure: Backoff?
    /// However long a cloud asks to be left alone: seconds.
    private static let longestPause = 3600.0

    init(id: String, name: String, vim: any VIMConnector, backoff: Backoff.Limits) {
        self.backoff = backoff
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

    /// `nil` if the account may be asked, else until when it is left alone and why.
    func pause(now: Double) -> Backoff? {
        guard let failure, !failure.allows(now) else { return nil }
        return failure
    }

    func succeeded() { failure = nil }
    func failed(now: Double, atLeast retryAfter: Double?) {
        failure = failure ?? Backoff(backoff)
        failure?.failed(now: now, atLeast: retryAfter.map { min($0, Self.longestPause) })
    }
}
