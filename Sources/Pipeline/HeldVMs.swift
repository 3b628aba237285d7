// SPDX-License-Identifier: Apache-2.0

package import Inventory
import OpenStack
import Records

/// A watched VM that is missing, while its record does not say that it is deleted.
package struct MissingVM: Sendable, Hashable, CustomStringConvertible {
    package let serverID: String
    package let record: RecordAddress
    /// As recorded.
    package let name: String?

    package var description: String {
        "\(name ?? "VDU") (vnfr \(record.vnfr) vdur.\(record.index), server \(serverID))"
    }
}

/// What a complete listing says of an account's watched VMs.
struct Absence: Sendable {
    let missing: [MissingVM]
    /// Whether a server was listed.
    let isPresent: @Sendable (_ id: String) -> Bool
    /// How many servers are watched and not recorded as deleted, the missing ones included.
    let watched: Int
    /// Who the account was.
    let identity: VIMIdentity
}

extension AccountObserver {
    /// Decides which of the missing VMs are held, keeps the decision and reports it.
    ///
    /// - Returns: the ids of servers that may be neither proven nor reported as deleted now.
    func held(_ absence: Absence) async -> Set<String> {
        let hold: HoldState
        do throws(StoreError) {
            hold = try await work.state.hold.decide(
                on: absence, by: configuration.hold, now: now(), in: store, term: await writersTerm
            )
        } catch {
            let consequence = absence.missing.isEmpty ? "" : "; \(absence.missing.count) missing VMs are left alone"
            report.note(Finding(.storeFailed, subject, "\(error)\(consequence)"))
            return Set(absence.missing.map(\.serverID))
        }
        guard let alarm = hold.alarm else { return [] }
        let vms = absence.missing.filter { hold.held.contains($0.serverID) }
        report.update { summary in
            summary.vmsHeld += hold.held.count
            summary.held += vms
        }
        let text =
            "\(alarm); \(hold.held.count) of \(absence.watched) watched VMs are not reported as deleted until "
            + "approved (vimwatch approve \(work.state.id)): \(vms.shortList)"
        report.note(Finding(.deletionHeld, subject, text))
        return hold.held
    }

    private var subject: String { "VIM account \(work.state.id) (\(work.state.name))" }

    /// This instance's term as writer, `nil` if it may not write for this account.
    private var writersTerm: Int64? {
        get async {
            guard !configuration.isDryRun(work.state) else { return nil }
            guard let lease = pipeline.lease else { return 0 }
            return await lease.term()
        }
    }
}

extension HoldState.Alarm: CustomStringConvertible {
    package var description: String {
        let why =
            switch reason {
            case .tooMany: "too many VMs went missing"
            case .all: "all VMs went missing"
            case .identityChanged: "VMs are missing, and the account is not who it was"
            case .noneSeenYet: "none of the VMs has been seen since this account is watched"
            case .stillHeld: "VMs are held already"
            }
        return changes.isEmpty ? why : "\(why) (\(changes.joined(separator: ", ")))"
    }
}

extension [MissingVM] {
    /// The first ten.
    fileprivate var shortList: String {
        prefix(10).map(\.description).joined(separator: ", ") + (count > 10 ? ", and \(count - 10) more" : "")
    }
}
