// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Values

/// A watched VM with what was seen of it.
struct SightedVM: Sendable {
    let watched: WatchedVM
    let serverID: String
    var server: Sighting<[UInt8], ServerMemory>
    var ports: ByPort<Sighting<[UInt8], PortMemory>> = [:]
    /// As when the last comparison found nothing to write, or nothing may be concluded: no need to look.
    var isUnchanged = false

    /// What nothing reliable is known of.
    fileprivate func addUnconfirmed(to keys: inout Set<ResourceKey>) {
        if server.isUnknown { keys.insert(ResourceKey(serverID)) }
        for (key, port) in ports.pairs where port.isUnknown { keys.insert(key) }
    }
}

/// What was seen of the servers that have to be looked at: listed, proven absent, held or unknown.
struct Sightings: Sendable {
    private(set) var vms: [SightedVM] = []

    /// - Parameter settled: the VMs that need no look.
    init(
        _ watch: Watch, vms: [WatchedVM], settled: Settled, servers: ServerSightings, identity: VIMIdentity,
        observer: AccountObserver, prover: Prover
    ) async throws {
        let elected = vms.compactMap { vm -> (vm: WatchedVM, task: VDUTask)? in
            guard !vm.recorded.isDeleting else { return nil }
            return vm.election.speaker(recorded: vm.recorded.server) { servers[$0.key] != nil }
                .map { (vm, $0) }
        }
        let watched = elected.filter { vm, task in
            !vm.recorded.isDeleted && (servers[task.server.key] != nil || !task.deletedByOSM)
        }
        // A VM that is recorded as deleted is not newly missing, even if something of it is still to be written.
        let absence = Absence(
            missing: watched.filter { servers[$0.task.server.key] == nil }.map { vm, task in
                MissingVM(serverID: task.serverID, record: vm.address, name: vm.recorded.name)
            },
            isPresent: { servers[ResourceKey($0)] != nil },
            watched: watch.servers(of: watched.map(\.task), and: settled), identity: identity
        )
        let held = await observer.held(absence)
        for (vm, task) in elected {
            let key = task.server.key
            let sighting: Sighting<[UInt8], ServerMemory>
            switch servers[key] {
            case .same(let digest)?:
                sighting = vm.clean.map { .same($0.serverMemory, digest) } ?? .unknown
            case .fresh(let bytes, let digest)?:
                sighting = .fresh(bytes, digest)
            case nil where vm.recorded.deletionIsRecorded || task.deletedByOSM || held.contains(task.serverID):
                sighting = .unknown
            case nil:
                switch try await prover.server(task.serverID) {
                case .failure(let finding):
                    observer.report.note(finding)
                    sighting = .unknown
                case .success(.notFound): sighting = .gone
                case .success(.found(let bytes, _)): sighting = .fresh(bytes, observer.digestKey.digest(of: bytes))
                }
            }
            self.vms.append(SightedVM(watched: vm, serverID: task.serverID, server: sighting))
        }
    }

    /// Completes what was seen with the ports of the VMs that run.
    ///
    /// - Parameter table: the ports of all VMs of the account.
    mutating func addPorts(
        _ listing: PortSightings, of table: KeyTable, state: AccountState, prover: Prover
    ) async throws(VIMError) {
        var unconfirmed: Set<ResourceKey> = []
        for index in vms.indices {
            let watched = vms[index].watched
            switch vms[index].server {
            case .gone: break
            case .unknown: vms[index].isUnchanged = true
            case .same, .fresh:
                let device = ResourceKey(vms[index].serverID)
                var isUnchanged = vms[index].server.isUnchanged
                var ports = ByPort<Sighting<[UInt8], PortMemory>>(minimumCapacity: watched.recorded.interfaces.count)
                for (place, id) in watched.recorded.interfaces.enumerated() {
                    let port = try await port(id, at: place, on: device, of: watched, listing, state, prover)
                    if !watched.clean.agrees(with: port, place) { isUnchanged = false }
                    ports.append(port, for: id.key)
                }
                vms[index].ports = ports
                vms[index].isUnchanged = isUnchanged
            }
            vms[index].addUnconfirmed(to: &unconfirmed)
        }
        await state.keepProofs(about: table, unconfirmed: unconfirmed)
    }

    private func port(
        _ id: ResourceID, at place: Int, on device: ResourceKey, of watched: WatchedVM, _ listing: PortSightings,
        _ state: AccountState, _ prover: Prover
    ) async throws(VIMError) -> Sighting<[UInt8], PortMemory> {
        let key = id.key
        switch listing.port(key, on: device) {
        case .listed(.same(let digest)):
            if case .listed(_, let memory)? = watched.clean[port: place] { return .same(memory, digest) }
            return .unknown
        case .listed(.fresh(let bytes, let digest)): return .fresh(bytes, digest)
        case .listed(.elsewhere), .elsewhere: return .gone
        case .unlisted:
            if case .gone? = watched.clean[port: place] { return .gone }
            if watched.recorded.saysDeleted(interface: id.description) { return .gone }
            if await state.isProvenGone(port: key) { return .gone }
            return try await prover.port(id.description, on: device)
        }
    }
}

extension CleanEntry? {
    fileprivate subscript(port place: Int) -> CleanPort? {
        flatMap { $0.ports.indices.contains(place) ? $0.ports[place] : nil }
    }

    /// Whether a port is what it was when the VM was clean.
    fileprivate func agrees(with port: Sighting<[UInt8], PortMemory>, _ place: Int) -> Bool {
        switch (port, self[port: place]) {
        case (.same, .listed?), (.gone, .gone?): true
        default: false
        }
    }
}

extension Watch {
    /// How many servers these VMs and the settled ones run on.
    fileprivate func servers(of tasks: [VDUTask], and settled: Settled) -> Int {
        var isWatched = settled.isWatched
        for task in tasks {
            if let number = roster.servers.table.number(of: task.server.key) { isWatched[number] = true }
        }
        return isWatched.count { $0 }
    }
}
