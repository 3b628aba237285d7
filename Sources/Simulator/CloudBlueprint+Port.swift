// SPDX-License-Identifier: Apache-2.0

extension CloudBlueprint {
    /// One network interface of a server before it is written down as a port and as addresses of the server.
    struct NIC {
        let id: String
        let name: String
        let network: Network
        let mac: String
        let subnets: [String]
        let addresses: [String]
        /// The PCI address of a virtual function and its VLAN; `nil` for a port of a virtual switch.
        let direct: (slot: String, vlan: Int)?
    }

    func nic(
        number: Int, index: Int, server: String, name: String, generator: inout SeededGenerator
    ) -> NIC {
        let network = networks[index % networks.count]
        let isDual = index > 0 && number % 10 == 0
        let isDirect = index > 0 && number % 16 == 1
        return NIC(
            id: generator.uuid(), name: "\(name)-eth\(index)", network: network, mac: generator.mac(),
            subnets: [network.subnet] + (isDual ? [network.subnet6] : []),
            addresses: [Self.address(number: number, network: index)]
                + (isDual ? ["fd00:\(index)::\(String(number, radix: 16))"] : []),
            direct: isDirect
                ? ("0000:5e:\(generator.hex(2)).\(generator.next() % 8)", 100 + number % 3900) : nil)
    }

    /// 10.0.0.0/8 has room for 16 networks with 2^20 addresses each.
    static func address(number: Int, network: Int) -> String {
        "10.\(network % 16 * 16 + (number >> 16) % 16).\((number >> 8) & 255).\(number & 255)"
    }

    func port(
        _ nic: NIC, server: String, host: String, created: Timestamp, active: Timestamp
    ) -> CloudItem {
        let addresses = zip(nic.subnets, nic.addresses)
            .map { #"{"subnet_id":"\#($0)","ip_address":"\#($1)"}"# }.joined(separator: ",")
        let binding =
            nic.direct.map { direct in
                """
                "binding:vnic_type":"direct","binding:profile":{"pci_slot":"\(direct.slot)",\
                "physical_network":"physnet1","pci_vendor_info":"8086:154c"},"binding:host_id":"\(host)",\
                "binding:vif_type":"hw_veb","binding:vif_details":{"connectivity":"l2","port_filter":false,\
                "vlan":"\(direct.vlan)","bound_drivers":{"0":"sriovnicswitch"}}
                """
            } ?? """
                "binding:vnic_type":"normal","binding:profile":{},"binding:host_id":"\(host)",\
                "binding:vif_type":"ovs","binding:vif_details":{"connectivity":"l2","port_filter":true,\
                "ovs_hybrid_plug":false,"datapath_type":"system","bridge_name":"br-int",\
                "bound_drivers":{"0":"openvswitch"}}
                """
        let text = """
            {"id":"\(nic.id)","name":"\(nic.name)","network_id":"\(nic.network.id)","tenant_id":"\(project)",\
            "mac_address":"\(nic.mac)","admin_state_up":true,"status":"ACTIVE","device_id":"\(server)",\
            "device_owner":"compute:nova","fixed_ips":[\(addresses)],"allowed_address_pairs":[],\
            "extra_dhcp_opts":[],"security_groups":["\(securityGroups.joined(separator: "\",\""))"],\
            "description":"",\(binding),"port_security_enabled":true,"tags":[],\
            "created_at":"\(created.text)","updated_at":"\(active.text)","revision_number":4,\
            "project_id":"\(project)"}
            """
        return CloudItem(text: text, id: nic.id, name: nic.name, device: server, project: project)
    }

    /// A port of another project, which an administrator's listing shows unless it is filtered.
    func foreignPort(number: Int, generator: inout SeededGenerator) -> CloudItem {
        let other = generator.hex(32)
        let nic = nic(number: number, index: 0, server: "", name: "router", generator: &generator)
        let time = Timestamp(seconds: Self.epoch)
        let own = port(nic, server: generator.uuid(), host: hosts[0], created: time, active: time)
        let text = String(decoding: own.bytes, as: UTF8.self).split(
            separator: project, omittingEmptySubsequences: false
        )
        .joined(separator: other)
        return CloudItem(text: text, id: nic.id, name: nic.name, device: own.device, project: other)
    }
}
