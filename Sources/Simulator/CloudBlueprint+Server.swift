// SPDX-License-Identifier: Apache-2.0

extension CloudBlueprint {
    /// A running server and its ports, as an administrator sees them at Nova's microversion 2.60.
    ///
    /// The texts follow responses of a real OpenStack (Zed) to the key and the blank.
    ///
    /// - Parameters:
    ///   - number: 1 for the oldest server; decides name, addresses and instance name.
    ///   - created: when it was booted.
    func server(
        number: Int, name: String? = nil, ports count: Int, created: Timestamp, generator: inout SeededGenerator
    ) -> (server: CloudItem, ports: [CloudItem]) {
        let id = generator.uuid()
        let name = name ?? "\(cloud)-vnf-\(Self.padded(number))-vdu-mgmtVM-0"
        let host = hosts[Int(generator.next() % UInt64(hosts.count))]
        let active = Timestamp(seconds: created.seconds + 18)
        let nics = (0..<count).map { index in
            nic(number: number, index: index, server: id, name: name, generator: &generator)
        }
        let addresses = nics.map { nic in
            "\"\(nic.network.name)\": ["
                + nic.addresses.map { address in
                    """
                    {"version": \(address.contains(":") ? 6 : 4), "addr": "\(address)", "OS-EXT-IPS:type": "fixed", \
                    "OS-EXT-IPS-MAC:mac_addr": "\(nic.mac)"}
                    """
                }.joined(separator: ", ") + "]"
        }
        let flavor = flavors[number % flavors.count]
        let text = """
            {"id": "\(id)", "name": "\(name)", "status": "ACTIVE", "tenant_id": "\(project)", "user_id": "\(user)", \
            "metadata": {"osm_member_vnf_index": "vnf-\(number)"}, "hostId": "\(generator.hex(56))", \
            "image": {"id": "\(image)", "links": [{"rel": "bookmark", "href": "\(Self.nova)/images/\(image)"}]}, \
            "flavor": {"vcpus": \(flavor.vcpus), "ram": \(flavor.ram), "disk": \(flavor.disk), "ephemeral": 0, \
            "swap": 0, "original_name": "\(flavor.name)", "extra_specs": {}}, "created": "\(created.text)", \
            "updated": "\(active.text)", "addresses": {\(addresses.joined(separator: ", "))}, "accessIPv4": "", \
            "accessIPv6": "", "links": [{"rel": "self", "href": "\(Self.nova)/v2.1/servers/\(id)"}, \
            {"rel": "bookmark", "href": "\(Self.nova)/servers/\(id)"}], "OS-DCF:diskConfig": "MANUAL", \
            "progress": 0, "OS-EXT-AZ:availability_zone": "nova", "config_drive": "", "key_name": null, \
            "OS-SRV-USG:launched_at": "\(active.withoutZone)", "OS-SRV-USG:terminated_at": null, \
            "OS-EXT-SRV-ATTR:host": "\(host)", "OS-EXT-SRV-ATTR:instance_name": "instance-\(Self.hex8(number))", \
            "OS-EXT-SRV-ATTR:hypervisor_hostname": "\(host)", \
            "OS-EXT-SRV-ATTR:reservation_id": "r-\(generator.hex(8))", "OS-EXT-SRV-ATTR:launch_index": 0, \
            "OS-EXT-SRV-ATTR:hostname": "\(name.lowercased())", "OS-EXT-SRV-ATTR:kernel_id": "", \
            "OS-EXT-SRV-ATTR:ramdisk_id": "", "OS-EXT-SRV-ATTR:root_device_name": "/dev/vda", \
            "OS-EXT-SRV-ATTR:user_data": "\(Self.userData)", "OS-EXT-STS:task_state": null, \
            "OS-EXT-STS:vm_state": "active", "OS-EXT-STS:power_state": 1, \
            "os-extended-volumes:volumes_attached": \
            [{"id": "\(generator.uuid())", "delete_on_termination": false}], "locked": false, \
            "description": "\(name)", "tags": [], "host_status": "UP", "security_groups": [{"name": "default"}]}
            """
        let ports = nics.map { port($0, server: id, host: host, created: created, active: active) }
        return (CloudItem(text: text, id: id, name: name, project: project), ports)
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    private static func hex8(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// "#cloud-config\npassword: osm\nchpasswd: {expire: false}\nssh_pwauth: true\n", what OSM's packages often pass.
    private static let userData =
        "I2Nsb3VkLWNvbmZpZwpwYXNzd29yZDogb3NtCmNocGFzc3dkOiB7ZXhwaXJlOiBmYWxzZX0Kc3NoX3B3YXV0aDogdHJ1ZQo="
}
