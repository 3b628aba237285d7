// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// What the fetch of one account hands to the comparison: some of its VNF records with what was seen of their VMs.
struct ObservedRecords: Sendable {
    let account: AccountState
    let list: WatchList
    /// What differs is reported and not written.
    let isDryRun: Bool
    let records: [ObservedRecord]
    /// What is fresh of all of these.
    let documents: SeenDocuments

    /// About as many bytes as the updates have if everything is to be written: what the records hold, as guards, and what
    /// they are to hold, with the paths to it.
    var sizeOfUpdates: Int {
        records.reduce(documents.size) { $0 + $1.read.document.count + $1.vms.count * 2048 }
    }
}

struct ObservedRecord: Sendable {
    /// In the watch list.
    let number: Int
    let read: ReadRecord
    /// In the order of their tasks.
    let vms: [ObservedVM]
}

/// A watched VM with what is known of it now.
struct ObservedVM: Sendable {
    let watched: WatchedVM
    /// The server that was looked for.
    let serverID: ResourceID
    /// As `SightedVM` has it.
    let isUnchanged: Bool
    /// What is fresh of it, by the numbers with which it was gathered.
    let server: Sighting<Int, ServerMemory>
    let ports: ByPort<Sighting<Int, PortMemory>>

    init(_ vm: SightedVM, server: Sighting<Int, ServerMemory>, ports: ByPort<Sighting<Int, PortMemory>>) {
        (watched, serverID, isUnchanged) = (vm.watched, vm.task.server, vm.isUnchanged)
        (self.server, self.ports) = (server, ports)
    }

    /// Anything of it may have changed.
    var needsLook: Bool { !isUnchanged && !server.isUnknown }
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

extension Sighting {
    /// The same with what `body` makes of what is fresh; unknown if it makes nothing of it.
    func map<New>(_ body: (Fresh) -> New?) -> Sighting<New, Memory> {
        switch self {
        case .fresh(let fresh, let digest): body(fresh).map { .fresh($0, digest) } ?? .unknown
        case .same(let memory, let digest): .same(memory, digest)
        case .gone: .gone
        case .unknown: .unknown
        }
    }
}

extension Sighting where Fresh == Int {
    /// As the comparison takes it.
    func observed(of documents: SeenDocuments) -> Observed<SeenDocument, Memory> {
        switch self {
        case .fresh(let number, _): .fresh(documents[number])
        case .same(let memory, _): .same(memory)
        case .gone: .gone
        case .unknown: .unknown
        }
    }
}

extension VDUObservation {
    init(_ vm: ObservedVM, _ documents: SeenDocuments) {
        let election = vm.watched.election
        self.init(
            index: election.index, position: election.position, serverID: vm.serverID,
            server: vm.server.observed(of: documents), ports: vm.ports.map { $1.observed(of: documents) })
    }
}
