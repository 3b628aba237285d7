// SPDX-License-Identifier: Apache-2.0

package import OpenStack

/// What an account's holds depend on; survives restarts in collection `vimwatch_holds`.
package struct HoldState: Sendable, Equatable {
    /// When each VM was first missed, by server id, in seconds since 1970; also of VMs reported as deleted since.
    package var absentSince: [String: Double] = [:]
    /// The server ids that wait for an operator's word.
    package var held: Set<String> = []
    /// Why they wait; `nil` if none does.
    package var alarm: Alarm?
    /// Who the account was when its VMs were last all accounted for.
    package var identity: VIMIdentity?
    /// Until when a VM, by server id, may be reported as deleted once it is proven to be: seconds since 1970.
    package var approved: [String: Double] = [:]
    /// When the operator's word that was taken up last expires, which tells it from the next one.
    package var takenUp: Double?

    /// What began a hold. It stays the same until no VM is held any more.
    package struct Alarm: Sendable, Equatable {
        package let reason: HoldPolicy.Reason
        /// Seconds since 1970.
        package let since: Double
        /// What of the account's identity is not what it was, each such as "project p → q".
        package fileprivate(set) var changes: [String] = []

        package init(_ reason: HoldPolicy.Reason, since: Double, changes: [String] = []) {
            self.reason = reason
            self.since = since
            self.changes = changes
        }
    }

    /// An operator's word that these VMs may be reported as deleted once they are proven to be.
    package struct Approval: Sendable, Equatable {
        package let servers: Set<String>
        /// Seconds since 1970.
        package let expires: Double

        package init(servers: Set<String>, expires: Double) {
            self.servers = servers
            self.expires = expires
        }
    }

    package init() {}

    /// The VMs that were missed and not seen since.
    var suspects: Set<String> { held.union(absentSince.keys) }

    /// Forgets what left the window, except those still waiting.
    mutating func forget(before time: Double, keeping missing: Set<String>) {
        absentSince = absentSince.filter { $0.value > time || missing.contains($0.key) }
    }

    /// Takes an operator's word up, once.
    package mutating func takeUp(_ approval: Approval) {
        guard takenUp != approval.expires else { return }
        takenUp = approval.expires
        for id in approval.servers { approved[id] = approval.expires }
    }

    /// The approved among the missing. A VM that is not missing any more has used its approval up.
    mutating func useApproval(for missing: Set<String>, now: Double) -> Set<String> {
        approved = approved.filter { $0.value > now && missing.contains($0.key) }
        return Set(approved.keys)
    }

    /// How many were first missed after a time.
    func recent(since time: Double, besides others: Set<String>) -> Int {
        absentSince.count { $0.value > time && !others.contains($0.key) }
    }

    /// A VM that was seen is not missing, whenever it was missed before.
    package mutating func sighted(_ id: String) {
        absentSince[id] = nil
        held.remove(id)
    }

    /// Holds VMs. Those that come later wait for the same reason as the first.
    mutating func hold(_ ids: Set<String>, because reason: HoldPolicy.Reason, changes: [String], now: Double) {
        held = ids
        if alarm == nil { alarm = Alarm(reason, since: now) }
        if !changes.isEmpty { alarm?.changes = changes }
    }

    mutating func release() {
        held = []
        alarm = nil
    }
}
