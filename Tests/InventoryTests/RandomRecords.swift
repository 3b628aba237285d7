// SPDX-License-Identifier: Apache-2.0

import Inventory
import JSON
import TestInventory
import TestSeeded
import Values

extension Seeded {
    /// A record as other writers may have left it: mostly as it should be, sometimes not at all.
    mutating func record() -> Object {
        var record: Object = ["_id": "v", "vdur": .array((0..<number(1...3)).map { .object(vdu($0)) })]
        record.maybe("ip-address", pick([.null, "1.1.1.1", "2.2.2.2", 7]), chance(80))
        record.maybe("v", pick([.null, ["ip-address": "1.1.1.1"], "text"]), chance(20))
        return record
    }

    private mutating func vdu(_ index: Int) -> Object {
        var info: Object = [:]
        info.maybe("vim_id", pick([.string("S\(index)"), "", "other", .null, 7]), chance(30))
        if info["vim_id"] == nil, chance(90) { info["vim_id"] = .string("s\(index)") }
        info.maybe("vim_name", pick([.null, "vm", "other"]), chance(80))
        info.maybe("vim_status", pick(["ACTIVE", "ERROR", "DELETED", .null]), chance(80))
        let messages: [Value] = [
            .null, "", "Deleted externally", "VIM status reported ERROR", "foreign", 7,
            .string("Interface p\(index) deleted externally."), .string("Interface p\(index) status: DOWN"),
            .string("Interface q\(index) status: DOWN"),
        ]
        info.maybe("vim_message", pick(messages), chance(80))
        info.maybe("vim_details", pick(["{}", .null]), chance(50))
        info.maybe("interfaces", interfaces(index), chance(90))
        let backup = chance(50) ? info["interfaces"] ?? .null : interfaces(index)
        info.maybe("interfaces_backup", backup, chance(70))
        var vdu: Object = ["vim_info": ["vim:a": .object(info)]]
        vdu.maybe("_id", .string("u\(index)"), chance(90))
        vdu.maybe("id", .string("i\(index)"), chance(50))
        vdu.maybe("name", pick([.null, "vm", 7]), chance(80))
        vdu.maybe("status", pick(["ACTIVE", "DELETED", "DELETING", .null]), chance(80))
        vdu.maybe("ip-address", pick([.null, "1.1.1.1"]), chance(50))
        let own: [Value] = [.null, [], [[:], [:]], [["ip-address": "1.1.1.1", "mac-address": "m"], "text"], "text"]
        vdu.maybe("interfaces", pick(own), chance(80))
        return vdu
    }

    private mutating func interfaces(_ index: Int) -> Value {
        if chance(15) { return pick([.null, [], "text", ["text", .null], [:]]) }
        return .array(
            ["p", "q"].prefix(number(1...2)).map { kind in
                var interface: Object = ["vim_interface_id": .string("\(kind)\(index)")]
                interface.maybe("mgmt_vdu_interface", pick([true, false, .null]), chance(50))
                interface.maybe("mgmt_vnf_interface", pick([true, false, .null]), chance(50))
                interface.maybe("mac_address", pick(["m", .null]), chance(50))
                interface.maybe("ip_address", pick(["1.1.1.1", "1.1.1.1;2.2.2.2", ";2.2.2.2", "", .null]), chance(50))
                interface.maybe("vlan", pick([1, .double(1), .null]), chance(50))
                interface.maybe("pci", "slot", chance(30))
                interface.maybe("compute_node", pick(["host", .null]), chance(50))
                return .object(interface)
            })
    }

    mutating func observations(of record: Object) -> [VDUObservation] {
        record["vdur"]!.array!.indices.map { index in
            var ports: [ByPort<PortObservation>.Entry] = []
            for id in ["p\(index)", "q\(index)"] {
                let port = port(id)
                if chance(95) { ports.append((ResourceKey(id), port)) }
            }
            return VDUObservation(
                index: index, position: number(0...9), serverID: "s\(index)", server: server("s\(index)"),
                ports: ByPort(ports[...])
            )
        }
    }

    private mutating func server(_ id: String) -> ServerObservation {
        if chance(10) { return pick([.gone, .unknown]) }
        var server: Object = [
            "id": .string(id), "name": pick(["vm", "other"]), "status": pick(["ACTIVE", "ACTIVE", "ERROR", "SHUTOFF"]),
        ]
        server.maybe("OS-EXT-SRV-ATTR:host", pick(["host", "", .null, 7]), chance(80))
        server.maybe("user_data", "secret", chance(50))
        if chance(3) { server["status"] = pick([nil, .null, 7]) }
        return .fresh(server)
    }

    private mutating func port(_ id: String) -> PortObservation {
        if chance(10) { return pick([.gone, .unknown]) }
        var port: Object = ["id": .string(id), "status": pick(["ACTIVE", "ACTIVE", "DOWN"]), "network_id": "n"]
        port.maybe("mac_address", pick(["m", "other", .null]), chance(97))
        let addresses: [Value] = [
            [], .null, [["ip_address": "1.1.1.1"]], [["ip_address": "1.1.1.1"], ["ip_address": "2.2.2.2"]],
            [["ip_address": ""], ["ip_address": "2.2.2.2"]], [["ip_address": .null]], [[:]], "text",
        ]
        port.maybe("fixed_ips", pick(addresses), chance(90))
        port.maybe("binding:profile", pick([[:], ["pci_slot": "slot"], ["pci_slot": ""], "text"]), chance(50))
        port.maybe("binding:vif_details", pick([[:], ["vlan": 1], ["vlan": .null], ["other": 1]]), chance(50))
        return .fresh(port)
    }
}

extension Seeded {
    /// The same VM after something happened to it, or nothing.
    mutating func changed(_ observation: VDUObservation) -> VDUObservation {
        let server = chance(70) ? observation.server : server(observation.serverID.description)
        let ids = ["p", "q"].map { "\($0)\(observation.index)" }
        let ports = observation.ports.entries.map { key, old -> ByPort<PortObservation>.Entry in
            (key, chance(30) ? port(ids.first { ResourceKey($0) == key } ?? "") : old)
        }
        return VDUObservation(
            index: observation.index, position: observation.position, serverID: observation.serverID, server: server,
            ports: ByPort(ports[...])
        )
    }

    /// The same observation with what did not change remembered instead of seen.
    mutating func remembered(
        _ observation: VDUObservation, unchangedFrom old: VDUObservation, _ outcome: RecordComparison.Outcome
    ) -> VDUObservation {
        var server = observation.server
        if case .fresh(let new) = observation.server, case .fresh(let old) = old.server,
            let yaml = new.yaml, yaml == old.yaml
        {
            server = .same(outcome.server)
        }
        let ports = observation.ports.entries.map { key, port -> ByPort<PortObservation>.Entry in
            if case .fresh(let new) = port, case .fresh(let old)? = old.ports[key],
                let yaml = new.yaml, yaml == old.yaml, let memory = outcome.ports[key]
            {
                (key, PortObservation.same(memory))
            } else {
                (key, port)
            }
        }
        return VDUObservation(
            index: observation.index, position: observation.position, serverID: observation.serverID, server: server,
            ports: ByPort(ports[...])
        )
    }
}

extension Object {
    fileprivate mutating func maybe(_ key: String, _ value: Value, _ isThere: Bool) {
        if isThere { self[key] = value }
    }
}
