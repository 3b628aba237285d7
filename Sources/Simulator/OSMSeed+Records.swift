// SPDX-License-Identifier: Apache-2.0

import Values

/// Makes the tasks and VNF records of one cloud.
struct CloudRecords {
    private let account: String
    private let stale: Bool
    private let servers: [Value]
    private let portsByServer: [String: [Value]]
    private let flavorIDs: [String: [Value]]
    private var generator: SeededGenerator

    init(cloud: SimulatedCloud, account: String, watching: Int?, stale: Bool) {
        self.account = account
        self.stale = stale
        let all = cloud.servers
        servers = all.suffix(watching ?? all.count)
        portsByServer = Dictionary(grouping: cloud.ports) { $0["device_id"]?.string ?? "" }
        flavorIDs = Dictionary(grouping: cloud.flavors) { $0["name"]?.string ?? "" }.mapValues { flavors in
            flavors.compactMap { $0["id"] }
        }
        generator = SeededGenerator(seed: 3, text: cloud.name)
    }

    mutating func append(to documents: inout OSMSeed.Documents, vdusPerVNF: Int, yaml: (Value) -> String) {
        for start in stride(from: 0, to: servers.count, by: vdusPerVNF) {
            let vnfr = generator.uuid()
            let nsr = generator.uuid()
            var vdus: [Value] = []
            for (index, server) in servers[start..<min(servers.count, start + vdusPerVNF)].enumerated() {
                let info = vimInfo(server, isManagement: index == 0, yaml: yaml)
                documents.roTasks.append(task(server, info, vnfr: vnfr, nsr: nsr, index: index))
                vdus.append(.object(vdu(server, info, nsr: nsr, vnfr: vnfr, index: index)))
            }
            documents.vnfrs.append(record(vnfr, nsr: nsr, vdus: vdus))
        }
    }

    private func vimInfo(_ server: Value, isManagement: Bool, yaml: (Value) -> String) -> Object {
        let id = server["id"]?.string ?? ""
        let status = server["status"]?.string ?? ""
        let isGood = ["ACTIVE", "PAUSED", "SUSPENDED", "SHUTOFF", "BUILD"].contains(status)
        var message: Value = isGood ? .null : .string("VIM status reported \(status)")
        let host = server["OS-EXT-SRV-ATTR:host"]?.string.flatMap { $0.isEmpty ? nil : Value.string($0) } ?? .null
        let interfaces = (portsByServer[id] ?? []).enumerated().map { index, port -> Value in
            let portStatus = port["status"]?.string ?? ""
            if !["ACTIVE", "PAUSED", "BUILD"].contains(portStatus) {
                message = .string("Interface \(port["id"]?.string ?? "") status: \(portStatus)")
            }
            return .object(interface(port, host: host, index: index, isManagement: isManagement, yaml: yaml))
        }
        return [
            "interfaces": .array(interfaces), "interfaces_backup": .array(interfaces),
            "vim_details": .string(stale ? "" : yaml(details(server))), "vim_id": .string(id),
            "vim_message": stale ? .null : message, "vim_name": server["name"] ?? .null,
            "vim_status": stale ? "BUILD" : .string(status),
        ]
    }

    /// The server as `vim_details` shows it: with the id of its flavour, without user data.
    private func details(_ server: Value) -> Value {
        guard var object = server.object else { return server }
        object["OS-EXT-SRV-ATTR:user_data"] = nil
        object["user_data"] = nil
        if var flavor = object["flavor"]?.object, let name = flavor["original_name"]?.string, !name.isEmpty,
            let ids = flavorIDs[name], ids.count == 1
        {
            flavor["id"] = ids[0]
            object["flavor"] = .object(flavor)
        }
        return .object(object)
    }

    private func interface(
        _ port: Value, host: Value, index: Int, isManagement: Bool, yaml: (Value) -> String
    ) -> Object {
        let details = port["binding:vif_details"]
        let address = Self.addresses(port).joined(separator: ";")
        var interface: Object = [
            "vim_info": .string(stale ? "" : yaml(port)), "mac_address": port["mac_address"] ?? .null,
            "vim_net_id": port["network_id"] ?? .null, "vim_interface_id": port["id"] ?? .null,
            "compute_node": stale ? .null : host, "pci": port["binding:profile"]?["pci_slot"] ?? .null,
            "vlan": details?["vlan"] ?? .null,
            "ip_address": stale || address.isEmpty ? .null : .string(address),
        ]
        if index == 0 {
            interface["mgmt_vdu_interface"] = true
            if isManagement { interface["mgmt_vnf_interface"] = true }
        }
        return interface
    }

    private static func addresses(_ port: Value) -> [String] {
        (port["fixed_ips"]?.array ?? []).compactMap { $0["ip_address"]?.string }
    }

    private mutating func task(_ server: Value, _ info: Object, vnfr: String, nsr: String, index: Int) -> Object {
        let action = generator.uuid()
        var taskInfo: Object = [
            "created": true, "created_items": .object(Object()), "vim_id": info["vim_id"] ?? .null,
            "vim_name": info["vim_name"] ?? .null, "vim_status": info["vim_status"] ?? .null, "vim_details": "",
            "vim_message": .null, "refresh_at": -1,
        ]
        taskInfo["interfaces_vim_ids"] = .array(
            (info["interfaces"]?.array ?? []).compactMap { $0["vim_interface_id"] })
        let time = Double(CloudBlueprint.epoch)
        return [
            "_id": .string("\(action):3"), "target_id": .string("vim:\(account)"), "vim_info": .object(taskInfo),
            "modified_at": .double(time + 60), "created_at": .double(time), "to_check_at": -1, "locked_by": .null,
            "locked_at": 0.0,
            "tasks": [
                [
                    "action_id": .string(action), "nsr_id": .string(nsr), "task_id": .string("\(action):3"),
                    "status": "DONE", "action": "CREATE", "item": "vdu",
                    "target_record": .string("vnfrs:\(vnfr):vdur.\(index).vim_info.vim:\(account)"),
                    "target_record_id": .string("vnfrs:\(vnfr):vdur.\(index)"), "common_id": .null,
                    "mgmt_vnf_interface": 0,
                ]
            ],
        ]
    }

    private mutating func vdu(_ server: Value, _ info: Object, nsr: String, vnfr: String, index: Int) -> Object {
        let id = generator.uuid()
        let ports = portsByServer[server["id"]?.string ?? ""] ?? []
        let interfaces = ports.enumerated().map { position, port -> Value in
            let address = Self.addresses(port).joined(separator: ";")
            return [
                "name": .string("vdu-eth\(position)"), "mgmt-interface": .bool(position == 0),
                "mgmt-vnf": .bool(position == 0 && index == 0), "type": "PARAVIRT",
                "internal-connection-point-ref": .string("vdu-eth\(position)-int"),
                "ip-address": stale || address.isEmpty ? .null : .string(address),
                "mac-address": port["mac_address"] ?? .null, "compute_node": .null, "pci": .null, "vlan": .null,
            ]
        }
        var vdu: Object = [
            "_id": .string(id), "id": .string(id), "count-index": .int(Int64(index)),
            "vdu-id-ref": "mgmtVM", "vdu-name": "mgmtVM", "interfaces": .array(interfaces),
            "ip-address": interfaces.isEmpty || stale ? .null : Self.first(ports[0]),
            "vim_info": .object(["vim:\(account)": .object(info)]), "status": info["vim_status"] ?? .null,
            "vim-id": info["vim_id"] ?? .null, "name": info["vim_name"] ?? .null, "ns-flavor-id": "0",
            "ns-image-id": "0", "virtual-storages": [], "internal-connection-point": [],
        ]
        vdu["additionalParams"] = [
            "OSM": ["count_index": .int(Int64(index)), "ns_id": .string(nsr), "vnf_id": .string(vnfr)]
        ]
        return vdu
    }

    private static func first(_ port: Value) -> Value { addresses(port).first.map(Value.string) ?? .null }

    private func record(_ id: String, nsr: String, vdus: [Value]) -> Object {
        [
            "_id": .string(id), "id": .string(id), "nsr-id-ref": .string(nsr), "member-vnf-index-ref": "vnf",
            "created-time": .double(Double(CloudBlueprint.epoch)), "vnfd-ref": "hackfest_basic-vnf",
            "vnfd-id": .string(nsr), "vim-account-id": .string(account), "vca-id": .null, "vdur": .array(vdus),
            "connection-point": [], "ip-address": vdus.first?["ip-address"] ?? .null, "revision": 1,
            "_admin": [
                "created": .double(Double(CloudBlueprint.epoch)), "modified": .double(Double(CloudBlueprint.epoch)),
                "projects_read": [], "projects_write": [], "nsState": "INSTANTIATED",
            ],
        ]
    }
}
