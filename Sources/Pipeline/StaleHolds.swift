// SPDX-License-Identifier: Apache-2.0

import Inventory
import Records
import Values

/// Removes what is kept of accounts that OSM does not have any more.
actor StaleHolds {
    /// What the last look found without account.
    private var orphans: Set<String> = []
    private var nextLook = -Double.infinity
    /// Seconds between two looks. Both have to find a document without account: OSM's accounts may be away for a
    /// moment, as while a backup is restored, and a hold must not go with them.
    private static let pause = 3600.0

    /// - Parameter now: seconds since 1970.
    func remove(from store: any RecordStore, now: Double) async throws(StoreError) {
        guard now >= nextLook, try await store.version().isEnabled else { return }
        nextLook = now + Self.pause
        let known = orphans
        orphans = []
        var accounts: Set<String> = []
        for account in try await store.accounts() {
            // One that cannot be read may be any of them.
            guard case .success(let document) = account, let id = document["_id"]?.string else { return }
            accounts.insert(id)
        }
        orphans = Set(try await store.stateIDs(.holds)).filter { id in
            !accounts.contains(id) && !accounts.contains(HoldState.account(ofDocument: id))
        }
        for id in orphans.intersection(known) { try await store.setState(.holds, id: id, to: nil) }
    }
}

extension Pipeline {
    /// Called at the beginning of each cycle, when it is known who is the writer.
    func removeStaleHolds(_ report: CycleReport) async {
        guard !configuration.dryRun else { return }
        do throws(StoreError) {
            try await staleHolds.remove(from: store, now: now())
        } catch {
            report.note(Finding(.storeFailed, "vimwatch_holds", "\(error)"))
        }
    }
}
