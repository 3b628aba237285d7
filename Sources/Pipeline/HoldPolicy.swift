// SPDX-License-Identifier: Apache-2.0

package import OpenStack

/// When VMs that have gone missing are not believed to be deleted: too many at once, or while the account speaks of
/// another project or cloud than it did, or than OSM's records do. Decided on absence, before any proof is asked for.
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
        /// The account may never have been who OSM took it for.
        case noneSeenYet = "none_seen_yet"
        /// VMs were held before, it is not known why.
        case stillHeld = "still_held"
    }

    /// Decides about the VMs that are missing now and not yet recorded as deleted; `state.held` then names those that
    /// may be neither proven nor reported, and `state.alarm` tells why.
    ///
    /// - Parameters:
    ///   - absent: server ids that are missing now.
    ///   - watched: how many VMs of the account are watched and not recorded as deleted, the missing ones included.
    ///   - identity: who the account was when it was asked just now.
    ///   - now: seconds since 1970.
    package func decide(
        absent: [String], watched: Int, identity: VIMIdentity, now: Double, state: inout HoldState
    ) {
        let missing = Set(absent)
        state.forget(before: now - window, keeping: missing)
        for id in absent where state.absentSince[id] == nil { state.absentSince[id] = now }
        let approved = state.useApproval(for: missing, now: now)
        let suspicious = missing.subtracting(approved)
        state.held.formIntersection(suspicious)
        if state.held.isEmpty { state.release() }
        let recent = state.recent(since: now - window, besides: approved)
        let reason: Reason? =
            if !enabled || suspicious.isEmpty {
                nil
            } else if let known = state.identity, known != identity {
                .identityChanged
            } else if !state.held.isEmpty {
                .stillHeld
            } else if missing.count >= watched, state.identity == nil {
                .noneSeenYet
            } else if missing.count >= watched, state.recent(since: now - window, besides: missing) + watched >= 2 {
                .all
            } else if Double(recent) > max(Double(minimum), percent / 100 * Double(watched)) {
                .tooMany
            } else {
                nil
            }
        if let reason {
            let changes = state.identity?.changes(to: identity) ?? []
            state.hold(suspicious, because: reason, changes: changes, now: now)
        } else {
            state.release()
            state.identity = identity
        }
    }
}
