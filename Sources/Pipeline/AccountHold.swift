// SPDX-License-Identifier: Apache-2.0

import Records

/// The hold of one account between cycles.
///
/// What the writer decides counts only once it is stored: when that fails, nothing has happened, and the next cycle
/// decides anew. Other instances decide for themselves in memory and store nothing.
actor AccountHold {
    private let account: String
    /// What was decided last, and in which term as writer (see `WriterLease.term`), if in one.
    private var known: (state: HoldState, term: Int64?)?

    init(account: String) { self.account = account }

    /// Decides about the VMs that are missing now.
    ///
    /// - Parameter term: this instance's term as writer; `nil` if it may not write for this account.
    func decide(
        on absence: Absence, by policy: HoldPolicy, now: Double, in store: any RecordStore, term: Int64?
    ) async throws(StoreError) -> HoldState {
        let before = try await current(in: store, term: term)
        var state = before.state
        for id in state.suspects where absence.isPresent(id) { state.sighted(id) }
        policy.decide(
            absent: absence.missing.map(\.serverID), watched: absence.watched, identity: absence.identity, now: now,
            state: &state
        )
        if term != nil, state != before.stored {
            // Until this returns it is not known what is stored.
            known = nil
            try await store.setState(.holds, id: account, to: state.document)
        }
        known = (state, term)
        return state
    }

    /// What is known and what is stored of it. It is read after a start, when this instance has become the writer, and
    /// while an operator's word is awaited.
    private func current(
        in store: any RecordStore, term: Int64?
    ) async throws(StoreError) -> (state: HoldState, stored: HoldState) {
        if let known, known.state.held.isEmpty, term == nil || term == known.term { return (known.state, known.state) }
        let (stored, approval) = try await HoldState.load(account: account, from: store)
        // Who does not write has nothing stored: what it decided before goes on.
        var state = term == nil ? known?.state ?? stored : stored
        if let approval { state.takeUp(approval) }
        return (state, stored)
    }
}
