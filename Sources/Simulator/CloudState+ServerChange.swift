// SPDX-License-Identifier: Apache-2.0

import Values

extension CloudState {
    mutating func apply(_ change: Change, toServer index: Int) -> Change.Outcome {
        let now = tick()
        let item = servers.items[index]
        var outcome = Change.Outcome(kind: change.kind, servers: [item.id ?? ""])
        if change.kind == .delete {
            servers.remove(at: index)
            outcome.ports = removePorts(of: item.id)
            return outcome
        }
        var server = item.value.object ?? Object()
        server["updated"] = .string(now)
        switch change.kind {
        case .stop: server.setState("SHUTOFF", "stopped", power: 4)
        case .start: server.setState("ACTIVE", "active", power: 1)
        case .pause: server.setState("PAUSED", "paused", power: 3)
        case .error: server.setState("ERROR", "error", power: 0)
        case .rename:
            outcome.value = change.argument ?? "\(item.name ?? "server")-\(generator.hex(4))"
            server["name"] = outcome.value.map(Value.string)
        case .migrate:
            let host = change.argument ?? otherHost(than: server["OS-EXT-SRV-ATTR:host"]?.string)
            outcome.value = host
            server["OS-EXT-SRV-ATTR:host"] = .string(host)
            server["OS-EXT-SRV-ATTR:hypervisor_hostname"] = .string(host)
            server["hostId"] = .string(generator.hex(56))
            outcome.ports = updatePorts(of: item.id, now: now) { $0["binding:host_id"] = .string(host) }
        case .touch: outcome.ports = updatePorts(of: item.id, now: now) { _ in }
        default: break
        }
        if [.stop, .start, .pause, .error].contains(change.kind) { outcome.value = server["status"]?.string }
        servers.update(at: index, to: CloudItem(.object(server)))
        return outcome
    }

    private mutating func otherHost(than host: String?) -> String {
        let others = blueprint.hosts.filter { $0 != host }
        return others.randomElement(using: &generator) ?? "\(host ?? "compute")-b"
    }
}
