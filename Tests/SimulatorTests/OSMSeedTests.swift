// SPDX-License-Identifier: Apache-2.0

import JSON
import Simulator
import Testing
import Values

@Suite struct OSMSeedTests {
    let clouds = ["a", "b"].map { SimulatedCloud.generate(seed: 61, name: $0, servers: 17) }

    private func make(vdus: Int = 1, stale: Bool = false) -> OSMSeed.Documents {
        OSMSeed.documents(
            for: clouds, baseURL: "http://h:1", vdusPerVNF: vdus, stale: stale, password: { "\($1):\($0)" },
            yaml: { String(decoding: JSON.serialize($0), as: UTF8.self) })
    }

    @Test func accounts() {
        let documents = make()
        #expect(documents.admin.first?["status"]?.string == "ENABLED")
        #expect(documents.vimAccounts.count == 2)
        #expect(
            documents.collections.mapValues(\.count) == ["admin": 1, "vim_accounts": 2, "ro_tasks": 34, "vnfrs": 34])
        let id = OSMSeed.accountID(of: clouds[1])
        let account = documents.vimAccounts[1]
        #expect(account["_id"]?.string == id && account["vim_url"]?.string == "http://h:1/v/b/v3")
        #expect(account["vim_password"]?.string == "\(id):secret" && account["vim_type"]?.string == "openstack")
        #expect(account["vim_tenant_name"]?.string == "osm" && account["vim_user"]?.string == "osm")
    }

    @Test func accountsHoldWhatTheyNeedBesides() {
        let documents = OSMSeed.documents(for: clouds, baseURL: "https://h:1", config: ["insecure": true]) { _ in "" }
        #expect(documents.vimAccounts.map { $0["config"]?["insecure"]?.isTruthy } == [true, true])
        #expect(documents.vimAccounts[0]["vim_url"]?.string == "https://h:1/v/a/v3")
        #expect(make().vimAccounts[0]["config"] == nil)
    }

    @Test(arguments: [1, 3, 100]) func everyServerHasItsTaskAndRecord(vdus: Int) throws {
        let documents = make(vdus: vdus)
        #expect(documents.roTasks.count == 34 && documents.vnfrs.count == (vdus == 1 ? 34 : vdus == 3 ? 12 : 2))
        let records = Dictionary(
            uniqueKeysWithValues: documents.vnfrs.map { ($0["_id"]?.string ?? "", Value.object($0)) })
        var seen: Set<String> = []
        for task in documents.roTasks {
            let target = try #require(task["tasks"]?[0]?["target_record"]?.string)
            let parts = target.split(separator: ":", maxSplits: 2).map(String.init)
            let path = parts[2].split(separator: ".", maxSplits: 3).map(String.init)
            let account = String(path[2].dropFirst(0)) == "vim_info" ? path[3] : ""
            #expect(parts[0] == "vnfrs" && path[0] == "vdur" && task["target_id"]?.string == account)
            let vdu = try #require(records[parts[1]]?["vdur"]?[Int(path[1]) ?? -1])
            let info = try #require(vdu["vim_info"]?[account])
            let id = try #require(info["vim_id"]?.string)
            #expect(task["vim_info"]?["vim_id"]?.string == id && vdu["vim-id"]?.string == id)
            #expect(seen.insert(id).inserted)
        }
        #expect(seen == Set(clouds.flatMap { Value.array($0.servers).ids }))
    }

    /// Servers made later, as `--unwatched` makes them, change nothing in the records of those made before.
    @Test func serversThatNobodyWatchesHaveNoRecords() throws {
        let larger = SimulatedCloud.generate(seed: 61, name: "a", servers: 25, hosts: 1)
        let alone = SimulatedCloud.generate(seed: 61, name: "a", servers: 17, hosts: 1)
        let yaml = { (value: Value) in String(decoding: JSON.serialize(value), as: UTF8.self) }
        let documents = OSMSeed.documents(for: [larger], baseURL: "http://h:1", watching: 17, yaml: yaml)
        let expected = OSMSeed.documents(for: [alone], baseURL: "http://h:1", yaml: yaml)
        #expect(documents.roTasks.count == 17 && documents.vnfrs.count == 17)
        for (record, other) in zip(documents.vnfrs, expected.vnfrs) {
            #expect(Value.object(record).isIdentical(to: .object(other)))
        }
    }

    @Test func recordsSayWhatTheCloudSays() throws {
        try clouds[0].apply(Change(.error, clouds[0].servers[2]["id"]?.string ?? ""))
        try clouds[0].apply(Change(.portDown, clouds[0].servers[4]["id"]?.string ?? ""))
        let documents = make()
        for (index, record) in documents.vnfrs.prefix(17).enumerated() {
            let server = clouds[0].servers[index]
            let id = try #require(server["id"]?.string)
            let ports = clouds[0].ports.filter { $0["device_id"]?.string == id }
            let vdu = try #require(record["vdur"]?[0])
            let info = try #require(vdu["vim_info"]?["vim:\(OSMSeed.accountID(of: clouds[0]))"])
            #expect(
                info["vim_status"]?.string == server["status"]?.string
                    && vdu["status"]?.string == server["status"]?.string)
            #expect(info["vim_name"]?.string == server["name"]?.string && vdu["name"]?.string == server["name"]?.string)
            let message =
                index == 2
                ? "VIM status reported ERROR"
                : index == 4 ? "Interface \(Value.array(ports).ids[0]) status: DOWN" : nil
            #expect(info["vim_message"]?.string == message)
            let details = try JSON.parse(try #require(info["vim_details"]?.string))
            #expect(details["OS-EXT-SRV-ATTR:user_data"] == nil)
            let flavor = clouds[0].flavors.first { $0["name"]?.string == details["flavor"]?["original_name"]?.string }
            #expect(details["flavor"]?["id"]?.string == flavor?["id"]?.string && flavor != nil)
            #expect(info["interfaces"]?.isIdentical(to: info["interfaces_backup"] ?? .null) == true)
            for (position, port) in ports.enumerated() {
                let interface = try #require(info["interfaces"]?[position])
                let addresses = (port["fixed_ips"]?.array ?? []).compactMap { $0["ip_address"]?.string }
                #expect(interface["vim_interface_id"]?.string == port["id"]?.string)
                #expect(interface["vim_net_id"]?.string == port["network_id"]?.string)
                #expect(interface["mac_address"]?.string == port["mac_address"]?.string)
                #expect(interface["ip_address"]?.string == addresses.joined(separator: ";"))
                #expect(interface["compute_node"]?.string == server["OS-EXT-SRV-ATTR:host"]?.string)
                #expect(interface["pci"]?.string == port["binding:profile"]?["pci_slot"]?.string)
                #expect(interface["vlan"]?.string == port["binding:vif_details"]?["vlan"]?.string)
                #expect(try JSON.parse(interface["vim_info"]?.string ?? "").isIdentical(to: port))
                #expect(vdu["interfaces"]?[position]?["ip-address"]?.string == addresses.joined(separator: ";"))
                #expect(vdu["interfaces"]?[position]?["mac-address"]?.string == port["mac_address"]?.string)
            }
            let first = ports.first?["fixed_ips"]?[0]?["ip_address"]?.string
            #expect(vdu["ip-address"]?.string == first && record["ip-address"]?.string == first && first != nil)
        }
    }

    @Test func staleRecordsDifferEverywhere() throws {
        let account = "vim:\(OSMSeed.accountID(of: clouds[0]))"
        for record in make(stale: true).vnfrs.prefix(17) {
            let info = try #require(record["vdur"]?[0]?["vim_info"]?[account])
            #expect(info["vim_status"]?.string == "BUILD" && info["vim_details"]?.string == "")
            #expect(
                info["interfaces"]?.array?.allSatisfy {
                    $0["vim_info"]?.string == "" && $0["ip_address"]?.isNull == true
                } == true)
            #expect(record["ip-address"]?.isNull == true)
        }
    }
}
