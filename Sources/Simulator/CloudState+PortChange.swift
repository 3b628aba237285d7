// SPDX-License-Identifier: Apache-2.0

import Values

extension CloudState {
    mutating func apply(_ change: Change, toPort index: Int) -> Change.Outcome {
        let now = tick()
        let item = ports.items[index]
        var outcome = Change.Outcome(kind: change.kind, ports: [item.id ?? ""])
        let port = item.value.object ?? Object()
        var addresses = port["fixed_ips"]?.array ?? []
        switch change.kind {
        case .deletePort:
            ports.remove(at: index)
            addresses = []
        case .detachPort:
            updatePort(at: index, now: now) { $0.detach() }
            addresses = []
        case .changeIP, .addIP:
            let address = change.argument ?? "10.255.\(generator.next() % 256).\(1 + generator.next() % 254)"
            outcome.value = address
            var entry = addresses.first?.object ?? ["subnet_id": .string(blueprint.networks[0].subnet)]
            entry["ip_address"] = .string(address)
            if change.kind == .changeIP && !addresses.isEmpty {
                addresses[0] = .object(entry)
            } else {
                addresses.append(.object(entry))
            }
            updatePort(at: index, now: now) { $0["fixed_ips"] = .array(addresses) }
        case .portDown, .portUp:
            let isUp = change.kind == .portUp
            outcome.value = isUp ? "ACTIVE" : "DOWN"
            updatePort(at: index, now: now) { port in
                port["admin_state_up"] = .bool(isUp)
                port["status"] = .string(isUp ? "ACTIVE" : "DOWN")
            }
            return outcome
        default: return outcome
        }
        if let mac = port["mac_address"]?.string, let device = item.device, let server = servers.index(ofID: device) {
            outcome.servers = [device]
            var object = servers.items[server].value.object ?? Object()
            object.setAddresses(ofMAC: mac, to: addresses.compactMap { $0["ip_address"]?.string })
            servers.update(at: server, to: CloudItem(.object(object)))
        }
        return outcome
    }

    mutating func removePorts(of server: String?) -> [String] {
        guard let server else { return [] }
        let indices = ports.items.indices(ofDevice: server)
        let ids = indices.compactMap { ports.items[$0].id }
        for index in indices.reversed() { ports.remove(at: index) }
        return ids
    }

    mutating func updatePorts(of server: String?, now: String, _ body: (inout Object) -> Void) -> [String] {
        guard let server else { return [] }
        let indices = ports.items.indices(ofDevice: server)
        for index in indices { updatePort(at: index, now: now, body) }
        return indices.compactMap { ports.items[$0].id }
    }

    private mutating func updatePort(at index: Int, now: String, _ body: (inout Object) -> Void) {
        var port = ports.items[index].value.object ?? Object()
        body(&port)
        port["updated_at"] = .string(now)
        if case .int32(let revision)? = port["revision_number"] { port["revision_number"] = .int32(revision &+ 1) }
        ports.update(at: index, to: CloudItem(.object(port)))
    }
}
