// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Values

typealias ServerSighting = Sighting<KeptTexts.Place, ServerMemory>
typealias PortSighting = Sighting<KeptTexts.Place, PortMemory>

/// A watched VM with what was seen of it.
struct SightedVM: Sendable {
    /// In the watch list.
    let number: Int
    /// Of the task that speaks for it.
    let serverID: ResourceID
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

    /// A VM, and what was seen of its server.
    private typealias SightedServer = (vm: Int, id: ResourceID, server: ServerSighting)

    /// A VM, the task that speaks for it, and what was listed of its server.
    private struct Elected {
        let vm: Int
        let recorded: RecordedVDU
        let task: VDUTask
        let server: ServerListing.Seen?

        /// Whether it should be there.
        var isExpected: Bool { !recorded.isDeleted && (server != nil || !task.deletedByOSM) }
    }

    /// - Parameters:
    ///   - vms: the numbers of those that have to be looked at.
    ///   - settled: the VMs that need no look.
    init(
        _ watch: Watch, vms: [Int], settled: Settled, servers: ServerSightings, ports: PortSightings,
        identity: VIMIdentity, observer: AccountObserver, prover: Prover
    ) async throws {
        texts = (servers.texts, ports.texts)
        var (elected, isWatched) = ([Elected](), settled.isWatched)
        elected.reserveCapacity(vms.count)
        var missing: [MissingVM] = []
        let roster = watch.roster
        for vm in vms {
            guard let recorded = roster.vdus[vm], !recorded.isDeleting,
                let task = roster.list.elections[vm].speaker(
                    recorded: recorded.server, exists: { servers.isListed($0.key) })
            else { continue }
            let number = roster.number(of: task, for: vm)
            elected.append(
                Elected(vm: vm, recorded: recorded, task: task, server: number.flatMap { servers.seen($0) }))
            let last = elected.count - 1
            // A VM that is recorded as deleted is not newly missing, even if something of it is still to be written.
            guard elected[last].isExpected else { continue }
            if let number { isWatched[number] = true }
            if elected[last].server == nil {
                missing.append(
                    MissingVM(serverID: task.serverID, record: watch.address(of: vm), name: recorded.name))
            }
        }
        let absence = Absence(
            missing: missing, isPresent: { servers.isListed(ResourceKey($0)) }, watched: isWatched.count { $0 },
            identity: identity
        )
        let held = await observer.held(absence)
        self.servers.reserveCapacity(elected.count)
        for index in elected.indices {
            let server: ServerSighting
            switch elected[index].server {
            case .same(let digest)?:
                server = watch.clean[elected[index].vm].map { .same($0.serverMemory, digest) } ?? .unknown
            case .fresh(let text, let digest)?: server = .fresh(text, digest)
            case nil: server = try await absent(elected[index], held: held, observer, prover)
            }
            self.servers.append((elected[index].vm, elected[index].task.server, server))
        }
    }

    /// What is to be made of a server that was not listed.
    private mutating func absent(
        _ one: Elected, held: Set<String>, _ observer: AccountObserver, _ prover: Prover
    ) async throws(VIMError) -> ServerSighting {
        let id = one.task.serverID
        if one.recorded.deletionIsRecorded || one.task.deletedByOSM || held.contains(id) { return .unknown }
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
        let (roster, keys) = (watch.roster, watch.roster.ports.table.keys)
        vms.reserveCapacity(servers.count)
        ports.reserveCapacity(servers.reduce(0) { $0 + roster.ports.count(of: $1.vm) })
        for (vm, id, server) in servers {
            let start = ports.count
            var isUnchanged = true
            switch server {
            case .gone: isUnchanged = false
            case .unknown: unconfirmed.insert(id.key)
            case .same, .fresh:
                isUnchanged = server.isUnchanged
                let clean = watch.clean[vm]
                for place in 0..<roster.ports.count(of: vm) {
                    let number = roster.ports[vm, place]
                    let port: PortSighting
                    switch listing.port(number, on: id.key) {
                    case .listed(.same(let digest)):
                        port = clean.memory(ofPort: place).map { .same($0, digest) } ?? .unknown
                    case .listed(.fresh(let text, let digest)): port = .fresh(text, digest)
                    case .listed(.elsewhere), .elsewhere: port = .gone
                    case .unlisted:
                        port = try await unlisted(at: place, of: roster.vdus[vm], clean, on: id, state, prover)
                    }
                    if !clean.agrees(with: port, place) { isUnchanged = false }
                    if port.isUnknown { unconfirmed.insert(keys[number]) }
                    ports.append((keys[number], port))
                }
            }
            vms.append(
                SightedVM(
                    number: vm, serverID: id, server: server, ports: start..<ports.count, isUnchanged: isUnchanged))
        }
        await state.keepProofs(about: roster.ports.table, unconfirmed: unconfirmed)
    }

    /// What is to be made of a port that was not listed.
    private mutating func unlisted(
        at place: Int, of vdu: RecordedVDU?, _ clean: CleanEntry?, on server: ResourceID, _ state: AccountState,
        _ prover: Prover
    ) async throws(VIMError) -> PortSighting {
        if case .gone? = clean[port: place] { return .gone }
        guard let vdu else { return .unknown }
        let id = vdu.interfaces[place]
        if vdu.saysDeleted(interface: id.description) { return .gone }
        if await state.isProvenGone(port: id.key) { return .gone }
        return try await prover.port(id.description, on: server.key).map { bytes in
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

extension Roster {
    /// The number of a task's server in the table of servers.
    fileprivate func number(of task: VDUTask, for vm: Int) -> Int? {
        // Most VMs have one task that may speak for them.
        servers.count(of: vm) == 1 ? servers[vm, 0] : servers.table.number(of: task.server.key)
    }
}
