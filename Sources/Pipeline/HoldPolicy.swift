// SPDX-License-Identifier: Apache-2.0

package import OpenStack
package import Values

/// When VMs that have gone missing are not believed to be deleted: too many at once, or after the account began to
/// speak of another project or cloud. Decided on absence, before any proof is asked for.
package struct HoldPolicy: Sendable {
    package var enabled = true
    /// So many may go missing within the window whatever their share.
    package var minimum = 3
    /// The share of the account's watched VMs, in percent, that may go missing within the window.
    package var percent = 30.0
    /// Seconds.
    package var window = 3600.0

    package init() {}

    package enum Reason: String, Sendable {
        case tooMany = "too_many"
        case all = "all"
        case identityChanged = "identity_changed"
        case stillHeld = "still_held"
    }

    /// Decides about the VMs that are missing now and not yet recorded as deleted.
    ///
    /// - Parameters:
    ///   - absent: server ids that are missing now.
    ///   - watched: how many VMs of the account are watched and not recorded as deleted, the missing ones included.
    ///   - identity: who the account was when it was asked just now.
    ///   - now: seconds since 1970.
    /// - Returns: why all of `absent` are held, `nil` if they may be proven and reported.
    package func decide(
        absent: [String], watched: Int, identity: VIMIdentity, now: Double, state: inout HoldState
    ) -> Reason? {
        let missing = Set(absent)
        state.forget(before: now - window, keeping: missing)
        for id in absent where state.absentSince[id] == nil { state.absentSince[id] = now }
        state.held.formIntersection(missing)
        guard enabled, !missing.isEmpty else {
            state.held = []
            if missing.isEmpty { state.identity = identity }
            return nil
        }
        let reason: Reason? =
            if let known = state.identity, known != identity {
                .identityChanged
            } else if !state.held.isEmpty {
                .stillHeld
            } else if watched >= 2, missing.count == watched {
                .all
            } else if Double(state.recent(since: now - window)) > max(Double(minimum), percent / 100 * Double(watched)) {
                .tooMany
            } else {
                nil
            }
        state.held = reason == nil ? [] : missing
        if reason == nil { state.identity = identity }
        return reason
    }
}

/// What an account's holds depend on; survives restarts in collection `vimwatch_holds`.
package struct HoldState: Sendable, Equatable {
    /// When each VM was first missed, by server id, in seconds since 1970; also of VMs reported as deleted since.
    package var absentSince: [String: Double] = [:]
    /// The server ids that wait for an operator's word.
    package var held: Set<String> = []
    /// Who the account was when its VMs were last all accounted for.
    package var identity: VIMIdentity?

    package init() {}

    /// Forgets what left the window, except those still waiting.
    fileprivate mutating func forget(before time: Double, keeping missing: Set<String>) {
        absentSince = absentSince.filter { $0.value > time || missing.contains($0.key) }
    }

    fileprivate func recent(since time: Double) -> Int {
        absentSince.values.count { $0 > time }
    }

    /// A VM that was seen is not missing, whenever it was missed before.
    package mutating func sighted(_ id: String) {
        absentSince[id] = nil
        held.remove(id)
    }
}

extension HoldState {
    package init(document: Object) {
        self.init()
        for entry in document["absent"]?.array ?? [] {
            guard let id = entry["id"]?.string, case .double(let since)? = entry["since"] else { continue }
            absentSince[id] = since
        }
        held = Set((document["held"]?.array ?? []).compactMap(\.string))
        identity = document["identity"]?.object.flatMap(VIMIdentity.init(document:))
    }

    package var document: Object {
        [
            "absent": .array(
                absentSince.sorted { $0.key < $1.key }.map { ["id": .string($0.key), "since": .double($0.value)] }
            ),
            "held": .array(held.sorted().map(Value.string)),
            "identity": identity.map { .object($0.document) } ?? .null,
        ]
    }
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
