// SPDX-License-Identifier: Apache-2.0

import JSON
import Simulator
import Testing
import Values

@Suite struct CloudTests {
    @Test func sameSeedSameCloud() throws {
        func make(_ seed: UInt64, _ name: String) throws -> [[Value]] {
            let cloud = SimulatedCloud.generate(seed: seed, name: name, servers: 30, foreignPorts: 3)
            for kind in Change.Kind.allCases { try cloud.mutate(count: 2, kind: kind) }
            return [cloud.servers, cloud.ports, cloud.flavors]
        }
        let first = try make(7, "a")
        for (left, right) in zip(first, try make(7, "a")) { #expect(Value.same(left, right)) }
        for other in [try make(8, "a"), try make(7, "b")] {
            #expect(Set(Value.array(first[0]).ids).isDisjoint(with: Value.array(other[0]).ids))
        }
    }

    /// Keys of real responses of Nova at 2.60 and of Neutron (Zed), both to an administrator.
    @Test func shapesAreThoseOfARealCloud() throws {
        let cloud = SimulatedCloud.generate(seed: 1, name: "shape", servers: 40)
        let serverKeys: Set<String> = [
            "id", "name", "status", "tenant_id", "user_id", "metadata", "hostId", "image", "flavor", "created",
            "updated", "addresses", "accessIPv4", "accessIPv6", "links", "OS-DCF:diskConfig", "progress",
            "OS-EXT-AZ:availability_zone", "config_drive", "key_name", "OS-SRV-USG:launched_at",
            "OS-SRV-USG:terminated_at", "OS-EXT-SRV-ATTR:host", "OS-EXT-SRV-ATTR:instance_name",
            "OS-EXT-SRV-ATTR:hypervisor_hostname", "OS-EXT-SRV-ATTR:reservation_id", "OS-EXT-SRV-ATTR:launch_index",
            "OS-EXT-SRV-ATTR:hostname", "OS-EXT-SRV-ATTR:kernel_id", "OS-EXT-SRV-ATTR:ramdisk_id",
            "OS-EXT-SRV-ATTR:root_device_name", "OS-EXT-SRV-ATTR:user_data", "OS-EXT-STS:task_state",
            "OS-EXT-STS:vm_state", "OS-EXT-STS:power_state", "os-extended-volumes:volumes_attached", "locked",
            "description", "tags", "host_status", "security_groups",
        ]
        let portKeys: Set<String> = [
            "id", "name", "network_id", "tenant_id", "mac_address", "admin_state_up", "status", "device_id",
            "device_owner", "fixed_ips", "allowed_address_pairs", "extra_dhcp_opts", "security_groups", "description",
            "binding:vnic_type", "binding:profile", "binding:host_id", "binding:vif_type", "binding:vif_details",
            "port_security_enabled", "tags", "created_at", "updated_at", "revision_number", "project_id",
        ]
        for server in cloud.servers {
            #expect(server.keys == serverKeys)
            #expect(
                server["flavor"]?.keys
                    == ["vcpus", "ram", "disk", "ephemeral", "swap", "original_name", "extra_specs"])
            #expect((2000...2900).contains(JSON.serialize(server).count))
        }
        for port in cloud.ports {
            #expect(port.keys == portKeys)
            #expect((900...1300).contains(JSON.serialize(port).count))
        }
        for flavor in cloud.flavors {
            #expect(
                flavor.keys == [
                    "id", "name", "ram", "disk", "swap", "OS-FLV-EXT-DATA:ephemeral", "OS-FLV-DISABLED:disabled",
                    "vcpus",
                    "os-flavor-access:is_public", "rxtx_factor", "links", "description",
                ])
        }
    }

    @Test func serversAndPortsBelongTogether() throws {
        let cloud = SimulatedCloud.generate(seed: 2, name: "b", servers: 60, portsPerServer: 3, foreignPorts: 4)
        let servers = cloud.servers
        let ports = cloud.ports
        #expect(cloud.serverCount == 60 && cloud.portCount == 184 && cloud.flavorCount == 5)
        #expect(Set(Value.array(servers).ids).count == 60)
        #expect(Value.array(ports).ids == Value.array(ports).ids.sorted())
        let created = servers.compactMap { $0["created"]?.string }
        #expect(created == created.sorted(by: >) && created.last == "2026-01-01T00:00:00Z")
        for server in servers {
            let own = ports.filter { $0["device_id"]?.string == server["id"]?.string }
            #expect(own.count == 3)
            #expect(own.allSatisfy { $0["binding:host_id"]?.string == server["OS-EXT-SRV-ATTR:host"]?.string })
            #expect(addresses(of: server) == Set(own.flatMap(pairs)))
        }
        #expect(Set(ports.flatMap { pairs($0).map { $0 } }).count == ports.flatMap { pairs($0) }.count)
        #expect(ports.filter { $0["project_id"]?.string != cloud.projectID }.count == 4)
        #expect(ports.contains { ($0["fixed_ips"]?.array?.count ?? 0) == 2 })
        #expect(ports.contains { $0["binding:profile"]?["pci_slot"] != nil })
    }

    @Test func givenJSONIsServedAsItIs() async throws {
        let servers = [
            #"{"id": "x", "n": 123456789012345678901234567890}"#, #"{"name": "no id"}"#, #"{"id": "x", "again": true}"#,
            #"{"id": 7}"#, "[1, 2.50]", #"{"id": "last", "é": "\u0000\ud83d\ude00"}"#,
        ]
        let ports = [
            #"{"id": "p", "device_id": null}"#, #"{"id": "p", "device_id": "x", "project_id": "other"}"#, "{}",
        ]
        let cloud = SimulatedCloud(
            servers: try servers.map { try JSON.parse($0) }, ports: try ports.map { try JSON.parse($0) },
            flavors: [["id": "f", "name": "flv"]])
        try await withServer(cloud) { _, client in
            let token = try await client.token(cloud)
            let listed = try await all(client, "/v/given/compute/v2.1/servers/detail?limit=1", "servers", token)
            #expect(Value.same(listed, try servers.map { try JSON.parse($0) }))
            for query in ["", "?project_id=\(cloud.projectID)", "?limit=2"] {
                let listed = try await all(client, "/v/given/network/v2.0/ports\(query)", "ports", token)
                #expect(Value.same(listed, try ports.map { try JSON.parse($0) }), "\(query)")
            }
            let one = try await client.send("/v/given/compute/v2.1/servers/X", headers: [("X-Auth-Token", token)])
            #expect(try one.json()["server"]?["n"] != nil)
        }
        cloud.replace(servers: [["id": "new"]], ports: [], flavors: [])
        #expect(cloud.server("new") != nil && cloud.portCount == 0 && cloud.flavorCount == 0)
    }
}

/// MAC and address of each of a port's fixed IPs.
func pairs(_ port: Value) -> [String] {
    (port["fixed_ips"]?.array ?? []).map { "\(port["mac_address"]?.string ?? "") \($0["ip_address"]?.string ?? "")" }
}

/// MAC and address of everything in a server's `addresses`.
func addresses(of server: Value) -> Set<String> {
    Set(
        (server["addresses"]?.object?.members ?? []).flatMap { $0.value.array ?? [] }.map { entry in
            "\(entry["OS-EXT-IPS-MAC:mac_addr"]?.string ?? "") \(entry["addr"]?.string ?? "")"
        })
}
