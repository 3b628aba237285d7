// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Values

typealias ServerSighting = Sighting<KeptTexts.Place, ServerMemory>
typealias PortSighting = Sighting<KeptTexts.Place, PortMemory>

/// A watched VM with what was seen of it.
struct SightedVM: Sendable {
    let watched: WatchedVM
    /// That speaks for it.
    let task: VDUTask
    var server: ServerSighting
    /// Its ports among all that were seen.
    let ports: Range<Int>
    /// As when the last comparison found nothing to write, or nothing may be concluded: no need to look.
    var isUnchanged: Bool
}

/// What was seen of a port, by its key.
typealias SightedPort = (key: ResourceKey, sighting: PortSighting)

/// What was seen of the servers that have to be looked at: listed, proven absent, held or unknown.
struct Sightings: Sendable {
    private(set) var vms: [SightedVM] = []
    private(set) var ports: [SightedPort] = []
    private var servers: [SightedServer] = []
    /// The texts of servers and ports that are not as they were.
    private(set) var texts: (servers: KeptTexts, ports: KeptTexts)

    /// A VM, the task that speaks for it, and what was seen of its server.
    private typealias SightedServer = (
        vm: WatchedVM, task: VDUTask, server: ServerSighting
    )

    /// A VM, the task that speaks for it, and what was listed of its server.
    private struct Elected {
        let vm: WatchedVM
        let task: VDUTask
        let server: ServerListing.Seen?

        /// Whether it should be there.
        var isExpected: Bool { !vm.recorded.isDeleted && (server != nil || !task.deletedByOSM) }
    }

    /// - Parameter settled: the VMs that need no look.
    init(
        _ watch: Watch, vms: [WatchedVM], settled: Settled, servers: ServerSightings, ports: PortSightings,
        identity: VIMIdentity, observer: AccountObserver, prover: Prover
    ) async throws {
        texts = (servers.texts, ports.texts)
        var (elected, isWatched) = ([Elected](), settled.isWatched)
        elected.reserveCapacity(vms.count)
        var missing: [MissingVM] = []
        for vm in vms where !vm.recorded.isDeleting {
            let election = watch.roster.list.elections[vm.number]
            let task = election.speaker(recorded: vm.recorded.server) { servers.isListed($0.key) }
            guard let task else { continue }
            let number = watch.number(of: task, for: vm.number)
            let one = Elected(vm: vm, task: task, server: number.flatMap { servers.seen($0) })
            elected.append(one)
            // A VM that is recorded as deleted is not newly missing, even if something of it is still to be written.
            guard one.isExpected else { continue }
            if let number { isWatched[number] = true }
            if one.server == nil {
                missing.append(
                    MissingVM(
                        serverID: task.serverID, record: watch.address(of: vm.number), name: vm.recorded.name))
            }
        }
        let absence = Absence(
            missing: missing, isPresent: { servers.isListed(ResourceKey($0)) }, watched: isWatched.count { $0 },
            identity: identity
        )
        let held = await observer.held(absence)
        self.servers.reserveCapacity(elected.count)
        for one in elected {
            let server: ServerSighting
            switch one.server {
            case .same(let digest)?:
                server = watch.clean[one.vm.number].map { .same($0.serverMemory, digest) } ?? .unknown
            case .fresh(let text, let digest)?: server = .fresh(text, digest)
            case nil: server = try await absent(one, held: held, observer, prover)
            }
            self.servers.append((one.vm, one.task, server))
        }
    }

    /// What is to be made of a server that was not listed.
    private mutating func absent(
        _ one: Elected, held: Set<String>, _ observer: AccountObserver, _ prover: Prover
    ) async throws(VIMError) -> ServerSighting {
        let id = one.task.serverID
        if one.vm.recorded.deletionIsRecorded || one.task.deletedByOSM || held.contains(id) { return .unknown }
        switch try await prover.server(id) {
        case .failure(let finding):
            observer.report.note(finding)
            return .unknown
        case .success(.notFound): return .gone
        case .success(.found(let bytes, _)):
            return .fresh(bytes.withUnsafeBytes { texts.servers.append($0) }, observer.digestKey.digest(of: bytes))
        }
    }

    /// Completes what was seen with the ports of the VMs that run.
    mutating func addPorts(
        _ listing: PortSightings, of watch: Watch, state: AccountState, prover: Prover
    ) async throws(VIMError) {
        var unconfirmed: Set<ResourceKey> = []
        vms.reserveCapacity(servers.count)
        ports.reserveCapacity(servers.reduce(0) { $0 + watch.roster.ports[$1.vm.number].count })
        for (watched, task, server) in servers {
            let start = ports.count
            var isUnchanged = true
            switch server {
            case .gone: isUnchanged = false
            case .unknown: unconfirmed.insert(task.server.key)
            case .same, .fresh:
                isUnchanged = server.isUnchanged
                for (place, number) in watch.roster.ports[watched.number].enumerated() {
                    let clean = watch.clean[watched.number]
                    let port: PortSighting
                    switch listing.port(Int(number), on: task.server.key) {
                    case .listed(.same(let digest)):
                        port = clean.memory(ofPort: place).map { .same($0, digest) } ?? .unknown
                    case .listed(.fresh(let text, let digest)): port = .fresh(text, digest)
                    case .listed(.elsewhere), .elsewhere: port = .gone
                    case .unlisted: port = try await unlisted(at: place, of: watched, clean, on: task, state, prover)
                    }
                    if !clean.agrees(with: port, place) { isUnchanged = false }
                    let key = watched.recorded.interfaces[place].key
                    if port.isUnknown { unconfirmed.insert(key) }
                    ports.append((key, port))
                }
            }
            vms.append(
                SightedVM(
                    watched: watched, task: task, server: server, ports: start..<ports.count, isUnchanged: isUnchanged))
        }
        await state.keepProofs(about: watch.roster.ports.table, unconfirmed: unconfirmed)
    }

    /// What is to be made of a port that was not listed.
    private mutating func unlisted(
        at place: Int, of watched: WatchedVM, _ clean: CleanEntry?, on task: VDUTask, _ state: AccountState,
        _ prover: Prover
    ) async throws(VIMError) -> PortSighting {
        if case .gone? = clean[port: place] { return .gone }
        let id = watched.recorded.interfaces[place]
        if watched.recorded.saysDeleted(interface: id.description) { return .gone }
        if await state.isProvenGone(port: id.key) { return .gone }
        return try await prover.port(id.description, on: task.server.key).map { bytes in
            bytes.withUnsafeBytes { texts.ports.append($0) }
        }
    }
}

extension CleanEntry? {
    fileprivate subscript(port place: Int) -> CleanPort? {
        flatMap { $0.ports.indices.contains(place) ? $0.ports[place] : nil }
    }

    fileprivate func memory(ofPort place: Int) -> PortMemory? {
        if case .listed(_, let memory)? = self[port: place] { memory } else { nil }
    }

    /// Whether a port is what it was when the VM was clean.
    fileprivate func agrees(with port: PortSighting, _ place: Int) -> Bool {
        switch port {
        case .same: if case .listed? = self[port: place] { true } else { false }
        case .gone: if case .gone? = self[port: place] { true } else { false }
        case .fresh, .unknown: false
        }
    }
}

extension Watch {
    /// The number of a task's server in the table of servers.
    fileprivate func number(of task: VDUTask, for vm: Int) -> Int? {
        let numbers = roster.servers[vm]
        // Most VMs have one task that may speak for them.
        return numbers.count == 1 ? numbers.first.map { Int($0) } : roster.servers.table.number(of: task.server.key)
    }
}
