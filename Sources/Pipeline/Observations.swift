// SPDX-License-Identifier: Apache-2.0

import Inventory
import JSON
import Values

/// What the fetch of one account hands to the comparison: some of its VNF records with what was seen of their VMs.
struct ObservedRecords: Sendable {
    let account: AccountState
    let list: WatchList
    /// What differs is reported and not written.
    let isDryRun: Bool
    let records: [ObservedRecord]
}

struct ObservedRecord: Sendable {
    /// In the watch list.
    let number: Int
    let vnfr: String
    let read: ReadRecord
    /// In the order of their tasks.
    let vms: [ObservedVM]
}

struct ObservedVM: Sendable {
    /// In the watch list.
    let number: Int
    let index: Int
    let position: Int
    let serverID: String
    let server: Sighting<JSONDocument, ServerMemory>
    let ports: ByPort<Sighting<[UInt8], PortMemory>>
    /// The ports of the recorded interfaces, in their order.
    let interfaces: [ResourceID]
    /// When what is remembered of it has to be compared in full again, in seconds since 1970.
    let due: Double?
    /// Anything of it may have changed.
    let needsLook: Bool
}

extension ObservedVM {
    init(_ vm: SightedVM, server: Sighting<JSONDocument, ServerMemory>) {
        self.init(
            number: vm.watched.number, index: vm.watched.address.index, position: vm.watched.election.position,
            serverID: vm.serverID, server: server, ports: server.isUnknown ? [:] : vm.ports,
            interfaces: vm.watched.recorded.interfaces, due: vm.watched.clean?.due,
            needsLook: !vm.isUnchanged && !server.isUnknown
        )
    }
}

/// `Observed` with the digest of what was seen, so that it can be recognised in the next cycle.
enum Sighting<Fresh: Sendable, Memory: Sendable>: Sendable {
    case fresh(Fresh, Digest)
    case same(Memory, Digest)
    case gone
    case unknown

    var isFresh: Bool { if case .fresh = self { true } else { false } }
    var isUnchanged: Bool { if case .same = self { true } else { false } }
    var isUnknown: Bool { if case .unknown = self { true } else { false } }
}
