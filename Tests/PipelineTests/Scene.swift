// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

/// Accounts, their clouds and some records, in agreement once they are settled.
///
/// VMs are numbered through all VNFs. With several accounts they take turns: VM n runs in account n mod accounts.
struct Scene: Sendable {
    let store: MemoryStore
    /// What stands between the store and the pipeline.
    let double: StoreDouble
    let vims: [FakeVIM]
    let fixture: PipelineFixture
    private let places: [(vnf: Int, index: Int)]

    var vim: FakeVIM { vims[0] }
    var clock: ManualClock { fixture.clock }

    /// - Parameter vnfs: the number of VDUs of each VNF.
    init(
        vnfs: [Int] = [1], accounts: Int = 1, digestKey: DigestKey = DigestKey(seed: 7),
        adjust: (inout PipelineConfiguration) -> Void = { _ in }
    ) {
        places = vnfs.enumerated().flatMap { vnf, count in (0..<count).map { (vnf, $0) } }
        var contents = [FakeVIM.Content](repeating: FakeVIM.Content(), count: accounts)
        var records: [Object] = vnfs.indices.map { ["_id": .string(Seed.vnf($0)), "ip-address": .null, "vdur": []] }
        var tasks: [Object] = []
        for (n, place) in places.enumerated() {
            let account = n % accounts
            contents[account].servers.append(.object(Seed.server(n)))
            contents[account].ports.append(.object(Seed.port(n)))
            let vdus = records[place.vnf]["vdur"]!.array! + [.object(Seed.vdu(n, account))]
            records[place.vnf]["vdur"] = .array(vdus)
            tasks.append(Seed.task(n, vnf: place.vnf, index: place.index, account: account))
        }
        store = MemoryStore(collections: [
            "vim_accounts": (0..<accounts).map(Seed.account), "ro_tasks": tasks, "vnfrs": records,
        ])
        vims = contents.map { FakeVIM($0) }
        double = StoreDouble(store)
        fixture = PipelineFixture(store: double, vims: Self.byID(vims), digestKey: digestKey, adjust)
    }

    private static func byID(_ vims: [FakeVIM]) -> [String: FakeVIM] {
        Dictionary(uniqueKeysWithValues: vims.enumerated().map { (Seed.accountID($0.offset), $0.element) })
    }

    /// A scene whose records say what the clouds show.
    static func settled(
        vnfs: [Int] = [1], accounts: Int = 1, adjust: (inout PipelineConfiguration) -> Void = { _ in }
    ) async -> Scene {
        let scene = Scene(vnfs: vnfs, accounts: accounts, adjust: adjust)
        await scene.settle()
        return scene
    }

    /// Runs cycles until the records are true, and once more.
    func settle(sourceLocation: SourceLocation = #_sourceLocation) async {
        await cycle()
        let second = await cycle()
        #expect(
            second.vdusWritten == 0 && second.findings.isEmpty, "\(second.changes) \(second.findings)",
            sourceLocation: sourceLocation
        )
        double.forget()
    }

    @discardableResult
    func cycle() async -> CycleSummary { await fixture.cycle() }

    /// A write marks nothing clean: only the next cycle, which reads it again, can do that.
    func cycleAfterNext() async -> CycleSummary {
        await cycle()
        return await cycle()
    }

    /// The same world after a restart of the program, or another instance of it.
    func restarted(
        on store: (any RecordStore)? = nil, lease: WriterLease? = nil, changesKept: Int = 1000,
        adjust: (inout PipelineConfiguration) -> Void = { _ in }
    ) -> PipelineFixture {
        PipelineFixture(
            store: store ?? self.store, vims: Self.byID(vims), clock: clock, lease: lease, changesKept: changesKept,
            adjust)
    }

    // MARK: The records

    func record(_ vnf: Int = 0) async -> Object { await store.documents(in: "vnfrs")[vnf] }
    func records() async -> [Object] { await store.documents(in: "vnfrs") }

    func vdu(_ n: Int = 0) async -> Object {
        let record = await record(places[n].vnf)
        return record.at("vdur.\(places[n].index)")!.object!
    }

    /// What the account says of a VM.
    func info(_ n: Int = 0) async -> Object { await vdu(n)["vim_info"]![Seed.vimKey(n % vims.count)]!.object! }

    func status(_ n: Int = 0) async -> String? { await info(n)["vim_status"]?.string }

    func edit(_ vnf: Int = 0, _ body: @Sendable (inout Object) -> Void) async {
        await store.mutate("vnfrs") { body(&$0[vnf]) }
    }

    func editInfo(_ n: Int = 0, _ body: @Sendable (inout Object) -> Void) async {
        let path = "vdur.\(places[n].index).vim_info.\(Seed.vimKey(n % vims.count))"
        await edit(places[n].vnf) { record in
            var info = record.at(path)!.object!
            body(&info)
            record.put(path, .object(info))
        }
    }

    func editTasks(_ body: @Sendable (inout [Object]) -> Void) async { await store.mutate("ro_tasks") { body(&$0) } }

    // MARK: The clouds

    func editServer(_ n: Int = 0, _ body: (inout Object) -> Void) {
        vims[n % vims.count].update { $0.servers.edit(id: Seed.serverID(n), body) }
    }

    func editPort(_ n: Int = 0, _ body: (inout Object) -> Void) {
        vims[n % vims.count].update { $0.ports.edit(id: Seed.portID(n), body) }
    }

    func remove(servers: some Sequence<Int>) {
        for n in servers { vims[n % vims.count].update { $0.servers.remove(id: Seed.serverID(n)) } }
    }

    func remove(port n: Int) { vims[n % vims.count].update { $0.ports.remove(id: Seed.portID(n)) } }

    func restore(servers: some Sequence<Int>) {
        for n in servers { vims[n % vims.count].update { $0.servers.append(.object(Seed.server(n))) } }
    }
}

/// The documents of a scene.
enum Seed {
    static func vnf(_ number: Int) -> String { "vnf-\(number)" }
    static func accountID(_ number: Int) -> String { "acc-\(number)" }
    static func vimKey(_ account: Int) -> String { "vim:\(accountID(account))" }
    static func serverID(_ n: Int) -> String { "aaaaaaaa-0000-4000-8000-\(twelve(n))" }
    static func portID(_ n: Int, _ k: Int = 0) -> String { "bbbbbbbb-\(k)000-4000-8000-\(twelve(n))" }
    static func address(_ n: Int) -> String { "10.0.0.\(n + 1)" }

    private static func twelve(_ n: Int) -> String {
        String(repeating: "0", count: 12 - String(n).count) + String(n)
    }

    static func account(_ number: Int) -> Object {
        [
            "_id": .string(accountID(number)), "name": .string("Cloud \(number)"), "vim_type": "openstack",
            "vim_url": "http://identity/v3", "vim_user": "user", "vim_password": "password", "vim_tenant_name": "osm",
        ]
    }

    static func server(_ n: Int) -> Object {
        [
            "id": .string(serverID(n)), "name": .string("vm-\(n)"), "status": "ACTIVE",
            "OS-EXT-SRV-ATTR:host": "compute-1", "flavor": ["vcpus": 2], "user_data": "c2VjcmV0",
        ]
    }

    static func port(_ n: Int, _ k: Int = 0) -> Object {
        [
            "id": .string(portID(n, k)), "device_id": .string(serverID(n)), "status": "ACTIVE",
            "mac_address": .string("fa:16:3e:00:0\(k):\(10 + n)"), "network_id": .string("net-\(k)"),
            "fixed_ips": [["ip_address": .string(address(n)), "subnet_id": "subnet"]],
            "binding:vif_details": ["vlan": 100], "binding:profile": ["pci_slot": "0000:01:00.1"],
        ]
    }

    /// As NG-RO leaves it after instantiation.
    static func vdu(_ n: Int, _ account: Int) -> Object {
        [
            "_id": .string("vdu-\(n)"), "id": .string("vdu-\(n)"), "status": "BUILD", "name": .null,
            "ip-address": .null, "vim-id": "not ours",
            "interfaces": [["name": "eth0", "ip-address": .null, "mac-address": .null, "vlan": "not ours"]],
            "vim_info": [
                vimKey(account): [
                    "vim_id": .string(serverID(n)), "vim_name": .null, "vim_status": "BUILD", "vim_message": .null,
                    "vim_details": .null,
                    "interfaces": [
                        [
                            "vim_interface_id": .string(portID(n)), "mgmt_vdu_interface": true,
                            "mgmt_vnf_interface": true,
                        ]
                    ],
                ]
            ],
        ]
    }

    static func target(vnf: Int, index: Int, account: Int = 0) -> String {
        "vnfrs:\(Seed.vnf(vnf)):vdur.\(index).vim_info.\(vimKey(account))"
    }

    static func task(_ n: Int, vnf: Int, index: Int, account: Int = 0) -> Object {
        [
            "_id": .string("task-\(n)"), "target_id": .string(vimKey(account)), "created_at": .double(1000),
            "vim_info": ["vim_id": .string(serverID(n))],
            "tasks": [
                [
                    "action": "CREATE", "status": "DONE", "item": "vdu",
                    "target_record": .string(target(vnf: vnf, index: index, account: account)),
                ]
            ],
        ]
    }
}
