// SPDX-License-Identifier: Apache-2.0

import Values

extension Object {
    /// Status, VM state and power state together, as Nova shows them; `progress` exists only for a few statuses.
    mutating func setState(_ status: String, _ state: String, power: Int64) {
        self["status"] = .string(status)
        self["OS-EXT-STS:vm_state"] = .string(state)
        self["OS-EXT-STS:power_state"] = .int(power)
        self["progress"] = status == "ACTIVE" ? 0 : nil
    }

    /// A port that its server let go, as Neutron shows it.
    mutating func detach() {
        self["device_id"] = ""
        self["device_owner"] = ""
        self["status"] = "DOWN"
        self["binding:host_id"] = ""
        self["binding:vif_type"] = "unbound"
        self["binding:vif_details"] = .object(Object())
    }

    /// Makes a server's `addresses` show what one of its ports has; the network stays the one that shows the MAC now.
    mutating func setAddresses(ofMAC mac: String, to addresses: [String]) {
        let key = "OS-EXT-IPS-MAC:mac_addr"
        guard var networks = self["addresses"]?.object,
            let network = networks.members.first(where: { member in
                member.value.array?.contains { $0[key]?.string == mac } ?? false
            })
        else { return }
        let others = (network.value.array ?? []).filter { $0[key]?.string != mac }
        let own = addresses.map { address -> Value in
            [
                "version": .int(address.contains(":") ? 6 : 4), "addr": .string(address), "OS-EXT-IPS:type": "fixed",
                "OS-EXT-IPS-MAC:mac_addr": .string(mac),
            ]
        }
        networks[network.key] = others.isEmpty && own.isEmpty ? nil : .array(others + own)
        self["addresses"] = .object(networks)
    }
}
