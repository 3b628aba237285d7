// SPDX-License-Identifier: Apache-2.0

import OpenStack
package import Records
package import Values

extension HoldState {
    package init(document: Object) {
        self.init()
        for entry in document["absent"]?.array ?? [] {
            guard let id = entry["id"]?.string, case .double(let since)? = entry["since"] else { continue }
            absentSince[id] = since
        }
        held = Set((document["held"]?.array ?? []).compactMap(\.string))
        identity = document["identity"]?.object.flatMap(VIMIdentity.init(document:))
        approval = document["approval"]?.object.flatMap(Approval.init(document:))
    }

    package var document: Object {
        [
            "absent": .array(
                absentSince.sorted { $0.key < $1.key }.map { ["id": .string($0.key), "since": .double($0.value)] }
            ),
            "held": .array(held.sorted().map(Value.string)),
            "identity": identity.map { .object($0.document) } ?? .null,
            "approval": approval.map { .object($0.document) } ?? .null,
        ]
    }
}

extension HoldState.Approval {
    init?(document: Object) {
        guard let servers = document["servers"]?.array, case .double(let expires)? = document["expires"] else {
            return nil
        }
        self.init(servers: Set(servers.compactMap(\.string)), expires: expires)
    }

    var document: Object {
        ["servers": .array(servers.sorted().map(Value.string)), "expires": .double(expires)]
    }
}

extension HoldState {
    /// Reads what is kept of an account, and takes in an approval that an operator left beside it.
    package static func load(account: String, from store: any RecordStore) async throws(StoreError) -> HoldState {
        var hold = try await store.state(.holds, id: account).map(HoldState.init(document:)) ?? HoldState()
        if let word = try await store.state(.holds, id: approvalID(account)).flatMap(Approval.init(document:)) {
            hold.approval = word
            try await store.setState(.holds, id: approvalID(account), to: nil)
        }
        return hold
    }

    /// Leaves an approval of all VMs that are held now. It lies in a document of its own, so that neither it nor what
    /// the service keeps can overwrite the other.
    ///
    /// - Returns: the servers that may now be reported as deleted once they are proven to be; empty if none is held.
    package static func approve(
        account: String, until expires: Double, in store: any RecordStore
    ) async throws(StoreError) -> Set<String> {
        let held = try await store.state(.holds, id: account).map(HoldState.init(document:))?.held ?? []
        guard !held.isEmpty else { return [] }
        try await store.setState(
            .holds, id: approvalID(account), to: Approval(servers: held, expires: expires).document
        )
        return held
    }

    private static func approvalID(_ account: String) -> String { "\(account)/approval" }
}

extension VIMIdentity {
    init?(document: Object) {
        guard let user = document["user"]?.string, let project = document["project"]?.string,
            let endpoint = document["endpoint"]?.string, let url = document["url"]?.string
        else { return nil }
        self.init(userID: user, projectID: project, computeEndpoint: endpoint, url: url)
    }

    var document: Object {
        [
            "user": .string(userID), "project": .string(projectID),
            "endpoint": .string(computeEndpoint), "url": .string(url),
        ]
    }
}
