// SPDX-License-Identifier: Apache-2.0

package import OpenStack

/// What an account's holds depend on; survives restarts in collection `vimwatch_holds`.
package struct HoldState: Sendable, Equatable {
    /// When each VM was first missed, by server id, in seconds since 1970; also of VMs reported as deleted since.
    package var absentSince: [String: Double] = [:]
    /// The server ids that wait for an operator's word.
    package var held: Set<String> = []
    /// Who the account was when its VMs were last all accounted for.
    package var identity: VIMIdentity?
    package var approval: Approval?

    /// An operator's word that these VMs may be reported as deleted once they are proven to be.
    package struct Approval: Sendable, Equatable {
        package var servers: Set<String>
        /// Seconds since 1970.
        package let expires: Double

        package init(servers: Set<String>, expires: Double) {
            self.servers = servers
            self.expires = expires
        }
    }

    package init() {}

    /// Forgets what left the window, except those still waiting.
    mutating func forget(before time: Double, keeping missing: Set<String>) {
        absentSince = absentSince.filter { $0.value > time || missing.contains($0.key) }
    }

    /// The approved among the missing. A VM that is not missing any more has used its approval up.
    mutating func useApproval(for missing: Set<String>, now: Double) -> Set<String> {
        guard var approval, approval.expires > now else {
            approval = nil
            return []
        }
        approval.servers.formIntersection(missing)
        self.approval = approval.servers.isEmpty ? nil : approval
        return approval.servers
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
}
