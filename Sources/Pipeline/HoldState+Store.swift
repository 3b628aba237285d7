// SPDX-License-Identifier: Apache-2.0

package import Records

extension HoldState {
    /// Reads what is kept of an account, and the approval that an operator may have left beside it. That is left where
    /// it is, so that no instance can lose it for another; each takes it up once.
    ///
    /// - Throws: also if a document is damaged, since a hold must not be lifted by damage.
    package static func load(
        account: String, from store: any RecordStore
    ) async throws(StoreError) -> (kept: HoldState, approval: Approval?) {
        let kept = try await kept(account, in: store)
        guard let word = try await store.state(.holds, id: approvalID(account)) else { return (kept, nil) }
        return (kept, try understand(approvalID(account)) { try Approval(document: word) })
    }

    /// Leaves an approval of all VMs that are held now. It lies in a document of its own, so that neither it nor what
    /// the service keeps can overwrite the other.
    ///
    /// - Returns: the servers that may now be reported as deleted once they are proven to be; empty if none is held.
    package static func approve(
        account: String, until expires: Double, in store: any RecordStore
    ) async throws(StoreError) -> Set<String> {
        let held = try await kept(account, in: store).held
        guard !held.isEmpty else { return [] }
        try await store.setState(
            .holds, id: approvalID(account), to: Approval(servers: held, expires: expires).document
        )
        return held
    }

    /// The account that a document of the collection is about.
    static func account(ofDocument id: String) -> String {
        id.hasSuffix(approvalSuffix) ? String(id.dropLast(approvalSuffix.count)) : id
    }

    private static let approvalSuffix = "/approval"
    private static func approvalID(_ account: String) -> String { account + approvalSuffix }

    private static func kept(_ account: String, in store: any RecordStore) async throws(StoreError) -> HoldState {
        guard let document = try await store.state(.holds, id: account) else { return HoldState() }
        return try understand(account) { try HoldState(document: document) }
    }

    private static func understand<Content>(_ id: String, _ read: () throws -> Content) throws(StoreError) -> Content {
        do { return try read() } catch {
            throw StoreError(
                attempted: "understand \(id) of \(StateCollection.holds.rawValue)", reason: "\(error)",
                isRetriable: false
            )
        }
    }
}
