// SPDX-License-Identifier: Apache-2.0

import Inventory
import JSON
import OpenStack
import Values

/// A watched VM with what was seen of it.
struct SightedVM: Sendable {
    let watched: WatchedVM
    let serverID: String
    var server: Sighting<JSONDocument, ServerMemory>
    var ports: ByPort<Sighting<[UInt8], PortMemory>> = [:]
    /// As when the last comparison found nothing to write, or nothing may be concluded: no need to look.
    var isUnchanged = false

    var observed: ObservedVM {
        ObservedVM(
            number: watched.number, index: watched.address.index, position: watched.election.position,
            serverID: serverID, server: server, ports: ports, interfaces: watched.recorded.interfaces.map(\.key),
            due: watched.clean?.due
        )
    }

    /// What nothing reliable is known of.
    fileprivate var unconfirmed: [ResourceKey] {
        (server.isUnknown ? [ResourceKey(serverID)] : []) + ports.keys(where: \.isUnknown)
    }
}

/// What was seen of the servers that have to be looked at: listed, proven absent, held or unknown.
struct Sightings: Sendable {
    private var vms: [SightedVM] = []

    /// - Parameter settled: the VMs that need no look.
    init(
        _ watch: Watch, vms: [WatchedVM], settled: Settled, servers: ServerSightings, identity: VIMIdentity,
        flavors: FlavorOrder?, observer: AccountObserver, prover: Prover
    ) async throws {
        var decoder = ServerDecoder(
            observer, resolvable: try await ServerDecoder.resolvable(flavors, vim: observer.work.state.vim)
        )
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
            let sighting: Sighting<JSONDocument, ServerMemory>
            switch servers[key] {
            case .same(let digest)?:
                sighting = vm.clean.map { .same($0.serverMemory, digest) } ?? .unknown
            case .fresh(let bytes, let digest)?:
                sighting = try await decoder.decode(bytes, key: key, digest, at: vm.address)
            case nil where vm.recorded.deletionIsRecorded || task.deletedByOSM || held.contains(task.serverID):
                sighting = .unknown
            case nil:
                switch try await prover.server(task.serverID) {
                case .failure(let finding):
                    observer.report.note(finding)
                    sighting = .unknown
                case .success(.notFound): sighting = .gone
                case .success(.found(let bytes, _)):
                    sighting = try await decoder.decode(
                        bytes, key: key, observer.digestKey.digest(of: bytes), at: vm.address
                    )
                }
            }
            self.vms.append(SightedVM(watched: vm, serverID: task.serverID, server: sighting))
        }
    }

    /// Completes what was seen with the ports of the VMs that run.
    ///
    /// - Parameter table: the ports of all VMs of the account.
    func withPorts(
        _ listing: PortSightings, of table: KeyTable, state: AccountState, prover: Prover
    ) async throws(VIMError) -> [SightedVM] {
        var result: [SightedVM] = []
        for var vm in vms {
            switch vm.server {
            case .gone: break
            case .unknown: vm.isUnchanged = true
            case .same, .fresh:
                let recorded = vm.watched.recorded
                vm.ports = ByPort(minimumCapacity: recorded.interfaces.count)
                for (place, id) in recorded.interfaces.enumerated() {
                    vm.ports.append(try await port(id, at: place, of: vm, listing, state, prover), for: id.key)
                }
                vm.isUnchanged =
                    vm.server.isUnchanged
                    && recorded.interfaces.enumerated().allSatisfy { place, id in
                        vm.watched.clean.agrees(with: vm.ports[id.key, at: place], place)
                    }
            }
            result.append(vm)
        }
        await state.keepProofs(
            about: table, unconfirmed: Set(result.flatMap(\.unconfirmed))
        )
        return result
    }

    private func port(
        _ id: ResourceID, at place: Int, of vm: SightedVM, _ listing: PortSightings, _ state: AccountState,
        _ prover: Prover
    ) async throws(VIMError) -> Sighting<[UInt8], PortMemory> {
        let (key, device) = (id.key, ResourceKey(vm.serverID))
        switch listing.port(key, on: device) {
        case .listed(.same(let digest)):
            if case .listed(_, let memory)? = vm.watched.clean[port: place] { return .same(memory, digest) }
            return .unknown
        case .listed(.fresh(let bytes, let digest)): return .fresh(bytes, digest)
        case .listed(.elsewhere), .elsewhere: return .gone
        case .unlisted:
            if case .gone? = vm.watched.clean[port: place] { return .gone }
            if vm.watched.recorded.saysDeleted(interface: id.description) { return .gone }
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
    fileprivate func agrees(with port: Sighting<[UInt8], PortMemory>?, _ place: Int) -> Bool {
        switch (port, self[port: place]) {
        case (.same?, .listed?), (.gone?, .gone?): true
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
