// SPDX-License-Identifier: Apache-2.0

import Simulator
import Support
import Values

/// A server that was deleted, with its ports.
struct Ghost: Sendable {
    let cloud: String
    let server: Value
    let ports: [Value]
}

/// Everything outside of the service: clouds that answer over HTTP, OSM's database, and the ledger of what happened.
final class ChaosWorld: Sendable {
    static let cloudNames = ["a", "b"]

    let simulator: SimulatorServer
    let clouds: [SimulatedCloud]
    let database: Database
    let clock: ChaosClock
    let ledger = Locked(Ledger())
    /// Whoever touches the database takes turns, so that everything in it happens in one order.
    let turn = AsyncSemaphore(permits: 1)
    /// The accounts as they were in the beginning.
    let accounts: [Object]

    /// Makes clouds, adds them to a simulator that listens at `url`, and fills an empty database with records that are
    /// partly out of date.
    init(
        _ schedule: Schedule, _ simulator: SimulatorServer, url: String, _ database: Database, _ clock: ChaosClock
    ) async throws {
        self.simulator = simulator
        self.database = database
        self.clock = clock
        clouds = zip(Self.cloudNames, schedule.servers).map { name, servers in
            SimulatedCloud.generate(seed: schedule.number, name: name, servers: servers, settings: Self.settings)
        }
        for cloud in clouds { simulator.add(cloud) }
        var documents = OSMSeed.documents(
            for: clouds, baseURL: url, config: simulator.configuration.tls?.accountConfig ?? [:],
            vdusPerVNF: schedule.vdusPerVNF, stale: schedule.number % 2 == 0,
            yaml: Truth.yaml
        )
        if schedule.isMixed { documents.joinFirstRecords() }
        accounts = documents.vimAccounts
        for (collection, documents) in documents.collections {
            try await database.edit(collection) { $0 = documents }
        }
        for vdu in documents.vnfrs.flatMap({ $0["vdur"]?.array ?? [] }) {
            for info in vdu["vim_info"]?.object?.members ?? [] {
                ledger.withLock { $0.assign(info.value["vim_id"]?.string ?? "", to: vdu["_id"]?.string ?? "") }
            }
        }
    }

    func complain(_ text: String) { ledger.withLock { $0.complaints.append(text) } }

    /// The cloud that an account had in the beginning, by the account's id.
    func cloud(ofAccount id: String) -> SimulatedCloud? { clouds.first { OSMSeed.accountID(of: $0) == id } }

    func server(_ id: String) -> Value? { clouds.lazy.compactMap { $0.server(id) }.first }

    func port(_ id: String) -> Value? { clouds.lazy.compactMap { $0.port(id) }.first }

    /// - Throws: what the database throws.
    func happen(_ event: Event) async throws {
        switch event {
        case .change(let kind, let number): change(kind, number)
        case .comeBack(let number): comeBack(number)
        case .revokeTokens(let number): cloud(number).revokeTokens()
        case .fault(let fault): simulator.faults.add(fault)
        case .faultsEnd: simulator.faults.removeAll()
        case .osm(let work, let number): try await OSM(self, number).does(work)
        case .account(let work, let number): try await account(work, number)
        case .cloud(let work, let number): try await operate(work, number)
        case .certificate(let certificate): await simulator.configuration.tls?.show(certificate)
        case .approve, .restart: break
        }
    }

    private func operate(_ work: CloudWork, _ number: UInt64) async throws {
        let cloud = cloud(number)
        switch work {
        case .changePassword: cloud.configure { $0.password = number % 2 == 0 ? "changed" : "secret" }
        case .shortenTokens: cloud.configure { $0.tokenLifetime = Double(number % 200) }
        case .skewClock:
            cloud.configure { settings in
                settings.clockSkew = Double(number % 7200) - 3600
                settings.shownTokenLifetime = number % 3 == 0 ? Double(number % 4000) - 2000 : nil
            }
        case .changeProject:
            cloud.configure { $0.newProjectID = $0.newProjectID == nil ? "another" : nil }
            cloud.revokeTokens()
            ledger.withLock { $0.projectChanged = true }
        case .refuse: try await simulator.refuse()
        case .accept: try await simulator.accept()
        }
    }

    /// Nothing is wrong with clouds, accounts and the database any more.
    func repair() async throws {
        simulator.faults.removeAll()
        await simulator.configuration.tls?.show(.good)
        try await simulator.accept()
        for cloud in clouds { cloud.configure { $0 = Self.settings } }
        try await happen(.osm(.unlockDatabase, 0))
        let accounts = accounts
        try await database.edit("vim_accounts") { $0 = accounts }
    }

    private static let settings: CloudSettings = {
        var settings = CloudSettings()
        settings.tokenLifetime = 1800
        return settings
    }()

    private func cloud(_ number: UInt64) -> SimulatedCloud { clouds[Int(number % UInt64(clouds.count))] }

    private func change(_ kind: Change.Kind, _ number: UInt64) {
        let cloud = cloud(number)
        let servers = cloud.servers
        guard kind != .boot, !servers.isEmpty else {
            _ = try? cloud.apply(Change(.boot))
            return
        }
        let server = servers[Int(number / 2 % UInt64(servers.count))]
        if kind == .delete { remember(server, of: cloud) }
        let outcome = try? cloud.apply(Change(kind, server["id"]?.string ?? ""))
        guard let outcome, [.delete, .deletePort, .detachPort].contains(kind) else { return }
        ledger.withLock { $0.left((kind == .delete ? outcome.servers : []) + outcome.ports) }
    }

    /// Deletes a server in a cloud, as OSM does it.
    func delete(server id: String) {
        for cloud in clouds {
            guard let server = cloud.server(id) else { continue }
            remember(server, of: cloud)
            guard let outcome = try? cloud.apply(Change(.delete, id)) else { continue }
            ledger.withLock { $0.left(outcome.servers + outcome.ports) }
        }
    }

    private func remember(_ server: Value, of cloud: SimulatedCloud) {
        let ports = cloud.ports.filter { $0["device_id"]?.string == server["id"]?.string }
        ledger.withLock { $0.deleted.append(Ghost(cloud: cloud.name, server: server, ports: ports)) }
    }

    private func comeBack(_ number: UInt64) {
        let ghost = ledger.withLock { ledger -> Ghost? in
            guard !ledger.deleted.isEmpty else { return nil }
            return ledger.deleted.remove(at: Int(number % UInt64(ledger.deleted.count)))
        }
        guard let ghost, let cloud = clouds.first(where: { $0.name == ghost.cloud }) else { return }
        cloud.replace(servers: [ghost.server] + cloud.servers, ports: cloud.ports + ghost.ports)
    }

    private func account(_ work: AccountWork, _ number: UInt64) async throws {
        let original = accounts[Int(number % UInt64(accounts.count))]
        var edited = original
        switch work {
        case .wrongPassword: edited["vim_password"] = "guessed"
        case .elsewhere: edited["vim_url"] = accounts[Int(number / 2 % UInt64(accounts.count))]["vim_url"]
        case .remove, .repair: break
        }
        let document = edited
        try await database.edit("vim_accounts") { documents in
            documents.removeAll { $0.id == original.id }
            if work != .remove { documents.append(document) }
        }
    }
}

/// A clock that moves only when it is told to. Seconds since 1970.
final class ChaosClock: Sendable {
    private let time = Locked(1_800_000_000.0)

    var now: Double { time.withLock { $0 } }
    func advance(by seconds: Double) { time.withLock { $0 += seconds } }
}

extension OSMSeed.Documents {
    /// Moves the VDUs of the second cloud's first VNF into the first cloud's first VNF. Only one of its VDUs names the
    /// VNF's address.
    fileprivate mutating func joinFirstRecords() {
        let second = vimAccounts[1]["_id"]?.string ?? ""
        guard let position = vnfrs.firstIndex(where: { $0["vim-account-id"]?.string == second }) else { return }
        let removed = vnfrs.remove(at: position)
        let offset = vnfrs[0]["vdur"]?.array?.count ?? 0
        let moved = (removed["vdur"]?.array ?? []).map { $0.withoutManagementOfVNF }
        vnfrs[0]["vdur"] = .array((vnfrs[0]["vdur"]?.array ?? []) + moved)
        roTasks = roTasks.map { task in
            guard let target = task["tasks"]?[0]?["target_record"]?.string,
                let address = TargetRecord(target), address.vnfr == removed.id, var entry = task["tasks"]?[0]?.object
            else { return task }
            let moved = TargetRecord(vnfr: vnfrs[0].id, index: address.index + offset, account: address.account)
            entry["target_record"] = .string(moved.text)
            var task = task
            task["tasks"] = [.object(entry)]
            return task
        }
    }
}

extension Value {
    /// A VDU whose interfaces give its VNF no address.
    var withoutManagementOfVNF: Value {
        guard var vdu = object, var infos = vdu["vim_info"]?.object else { return self }
        for member in infos.members {
            guard var info = member.value.object else { continue }
            for key in ["interfaces", "interfaces_backup"] {
                guard let interfaces = info[key]?.array else { continue }
                let others = interfaces.map { interface -> Value in
                    var interface = interface.object ?? [:]
                    interface["mgmt_vnf_interface"] = nil
                    return .object(interface)
                }
                info[key] = .array(others)
            }
            infos[member.key] = .object(info)
        }
        vdu["vim_info"] = .object(infos)
        return .object(vdu)
    }
}
