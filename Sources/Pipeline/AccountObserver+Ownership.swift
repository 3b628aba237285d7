// SPDX-License-Identifier: Apache-2.0

import Inventory
import Records

extension AccountObserver {
    /// Reads the tasks once more if a VM was proven to be gone: OSM deletes and replaces servers itself, and the task by
    /// which it does may be younger than those with which this poll began. Unless they still say the same, the VM is left
    /// to the next cycle.
    func confirmed(_ vms: [SightedVM], of watch: Watch) async throws(StoreError) -> [SightedVM] {
        guard vms.contains(where: \.isGone) else { return vms }
        let elections = try await pipeline.discovery.elections(of: work.state.id)
        let now = Dictionary(elections.map { ($0.record, $0.claims) }) { first, _ in first }
        return vms.map { vm in
            let election = watch.roster.list.elections[vm.number]
            guard vm.isGone, now[election.record] != election.claims else { return vm }
            report.update { $0.racesLost += 1 }
            report.note(
                Finding(
                    .raceLost, "\(election.record)",
                    "its tasks changed while its VIM was asked; compared in the next cycle"))
            return vm.unknown
        }
    }
}

extension SightedVM {
    fileprivate var isGone: Bool { if case .gone = server { true } else { false } }

    /// The same of which nothing may be concluded.
    fileprivate var unknown: SightedVM {
        var vm = self
        (vm.server, vm.isUnchanged) = (.unknown, true)
        return vm
    }
}

extension TaskElection {
    /// What its tasks say, as far as it decides who speaks.
    fileprivate var claims: [Claim] {
        candidates.map { Claim(task: $0.id, server: $0.serverID, isDeleted: $0.deletedByOSM) }
    }

    fileprivate struct Claim: Hashable {
        let task: String
        let server: String
        let isDeleted: Bool
    }
}
