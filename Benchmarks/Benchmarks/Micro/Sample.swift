// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import JSON
import PyYAML
import Records
import Values

/// One page of servers as Nova lists them to an administrator, and the record of one of them.
struct Sample {
    static let count = 1000
    static let account = "11111111-2222-4333-8444-555555555555"

    /// `{"servers": […]}` of `count` servers.
    let page: [UInt8]
    let server: Object
    let port: Object
    /// A record that holds what server and port say.
    let record: Object
    let recordBytes: [UInt8]

    init() throws {
        let servers = (0..<Self.count).map { Self.server($0, status: "ACTIVE") }
        page = Array("{\"servers\": [\(servers.joined(separator: ", "))]}".utf8)
        server = try Self.object(servers[0])
        port = try Self.object(Self.port)
        record = try Self.record(server, port)
        recordBytes = try BSON.encode(record)
    }

    /// What the cloud shows of the record's VDU, with this status.
    func observation(status: String) throws -> VDUObservation {
        var gathered = GatheredDocuments(rules: Rules())
        try Array(Self.server(0, status: status).utf8).withUnsafeBytes { try gathered.add(server: $0) }
        try Array(Self.port.utf8).withUnsafeBytes { try gathered.add(port: $0) }
        let seen = gathered.finish()
        return VDUObservation(
            index: 0, serverID: ResourceID(self.server["id"]?.string ?? ""), server: .fresh(seen[0]),
            ports: [ResourceKey(port["id"]?.string ?? ""): .fresh(seen[1])])
    }

    var comparer: RecordComparer { RecordComparer(account: Self.account, rules: Rules()) }

    /// With the record as it was read.
    func compare(_ observation: VDUObservation, by comparer: inout RecordComparer) throws -> RecordComparison {
        try recordBytes.withUnsafeBytes { try comparer.compare($0, with: [observation]) }
    }

    /// The updates for which the same comparison calls again and again.
    func updates(_ observation: VDUObservation, count: Int) throws -> [GuardedUpdate] {
        var comparer = comparer
        var updates = GuardedUpdates(expecting: count)
        for _ in 0..<count {
            try recordBytes.withUnsafeBytes { record in
                let comparison = try comparer.compare(record, with: [observation])
                if let update = comparison.update { updates.append(update, &comparer.changes) }
            }
        }
        return updates.finish()
    }

    func update(status: String) throws -> RecordUpdate? {
        try updates(observation(status: status), count: 1).first?.update
    }

    private static func object(_ text: String) throws -> Object { try JSON.parse(text).object ?? Object() }

    private static func id(_ number: Int, _ kind: Int) -> String {
        let digits = String(number)
        return "\(kind)0000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    private static func server(_ number: Int, status: String) -> String {
        """
        {"id": "\(id(number, 1))", "name": "ns-\(number)-vnf-mgmtVM-0", "status": "\(status)", "tenant_id": \
        "0123456789abcdef0123456789abcdef", "user_id": "fedcba9876543210fedcba9876543210", "metadata": {"role": \
        "mgmt", "ns": "hackfest"}, "hostId": "9f1f3bb8d3a9e6d5c4b3a2918171615141312111", "image": {"id": \
        "\(id(1, 2))", "links": [{"rel": "bookmark", "href": "http://nova.example.net:8774/images/\(id(1, 2))"}]}, \
        "flavor": {"vcpus": 2, "ram": 4096, "disk": 40, "ephemeral": 0, "swap": 0, "original_name": "m1.medium", \
        "extra_specs": {"hw:cpu_policy": "dedicated", "hw:mem_page_size": "large"}}, "created": \
        "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:01:00Z", "addresses": {"mgmt-net": [{"version": 4, "addr": \
        "10.0.0.5", "OS-EXT-IPS:type": "fixed", "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:01"}]}, "accessIPv4": "", \
        "accessIPv6": "", "links": [{"rel": "self", "href": "http://nova.example.net:8774/v2.1/servers/\
        \(id(number, 1))"}, {"rel": "bookmark", "href": "http://nova.example.net:8774/servers/\(id(number, 1))"}], \
        "OS-DCF:diskConfig": "MANUAL", "progress": 0, "OS-EXT-AZ:availability_zone": "nova", "config_drive": "", \
        "key_name": null, "OS-SRV-USG:launched_at": "2026-01-01T00:00:30.000000", "OS-SRV-USG:terminated_at": null, \
        "OS-EXT-SRV-ATTR:host": "compute-1.example.net", "OS-EXT-SRV-ATTR:instance_name": "instance-0000\(number)", \
        "OS-EXT-SRV-ATTR:hypervisor_hostname": "compute-1.example.net", "OS-EXT-STS:task_state": null, \
        "OS-EXT-STS:vm_state": "active", "OS-EXT-STS:power_state": 1, "os-extended-volumes:volumes_attached": [], \
        "security_groups": [{"name": "default"}], "tags": [], "locked": false, "description": null}
        """
    }

    private static let port = """
        {"id": "\(id(1, 3))", "device_id": "\(id(0, 1))", "device_owner": "compute:nova", "name": "eth0", "status": \
        "ACTIVE", "admin_state_up": true, "network_id": "\(id(1, 4))", "mac_address": "fa:16:3e:00:00:01", \
        "fixed_ips": [{"subnet_id": "\(id(1, 5))", "ip_address": "10.0.0.5"}], "binding:vnic_type": "normal", \
        "binding:profile": {}, "binding:vif_type": "ovs", "binding:vif_details": {"port_filter": true, \
        "connectivity": "l2"}, "security_groups": ["\(id(1, 6))"], "revision_number": 4}
        """

    private static func record(_ server: Object, _ port: Object) throws -> Object {
        let info: Object = [
            "interfaces": [
                [
                    "vim_info": .string(try yaml(.object(port))), "mac_address": port["mac_address"] ?? .null,
                    "vim_net_id": port["network_id"] ?? .null, "vim_interface_id": port["id"] ?? .null,
                    "compute_node": server["OS-EXT-SRV-ATTR:host"] ?? .null, "pci": .null, "vlan": .null,
                    "ip_address": "10.0.0.5",
                ]
            ],
            "vim_details": .string(try yaml(.object(server))), "vim_id": server["id"] ?? .null, "vim_message": .null,
            "vim_name": server["name"] ?? .null, "vim_status": "ACTIVE",
        ]
        let vdu: Value = [
            "_id": .string(id(1, 7)), "interfaces": [["name": "eth0", "mac-address": "fa:16:3e:00:00:01"]],
            "status": "ACTIVE", "name": server["name"] ?? .null, "vim-id": server["id"] ?? .null,
            "vim_info": .object(["vim:\(account)": .object(info)]),
        ]
        return ["_id": .string(id(1, 8)), "vdur": [vdu]]
    }

    private static func yaml(_ value: Value) throws -> String {
        String(decoding: try PyYAML.dump(value), as: UTF8.self)
    }
}
