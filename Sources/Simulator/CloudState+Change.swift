// SPDX-License-Identifier: Apache-2.0

import Values

extension CloudState {
    mutating func apply(_ change: Change) throws(SimulatorError) -> Change.Outcome {
        if change.kind == .boot { return boot(name: change.target.isEmpty ? nil : change.target) }
        if change.kind.isOfPort {
            guard let index = portIndex(change.target) else { throw missing("port", change) }
            return apply(change, toPort: index)
        }
        guard let index = serverIndex(change.target) else { throw missing("server", change) }
        return apply(change, toServer: index)
    }

    mutating func mutate(count: Int, kind: Change.Kind) throws(SimulatorError) -> [Change.Outcome] {
        guard count >= 0 else {
            throw SimulatorError(.invalid, attempted: kind.rawValue, subject: "\(count) objects", reason: "negative")
        }
        if kind == .boot { return (0..<count).map { _ in boot(name: nil) } }
        let isOfPort = kind.isOfPort
        let candidates =
            isOfPort
            ? ports.items.indices.filter { !(ports.items[$0].device ?? "").isEmpty }
            : Array(servers.items.indices)
        // From the back, so that removals do not move what is still to come.
        let chosen = candidates.shuffled(using: &generator).prefix(count).sorted(by: >)
        return chosen.map { index in
            isOfPort ? apply(Change(kind), toPort: index) : apply(Change(kind), toServer: index)
        }
    }

    /// A server by id or name.
    func serverIndex(_ reference: String) -> Int? {
        servers.index(ofID: reference) ?? servers.items.firstIndex { $0.name == reference }
    }

    /// A port by id, or the first port of a server.
    private func portIndex(_ reference: String) -> Int? {
        if let index = ports.index(ofID: reference) { return index }
        guard let server = serverIndex(reference), let id = servers.items[server].id else { return nil }
        return ports.items.indices(ofDevice: id).first
    }

    private func missing(_ what: String, _ change: Change) -> SimulatorError {
        SimulatorError(.notFound, attempted: change.kind.rawValue, subject: change.target, reason: "no such \(what)")
    }

    mutating func tick() -> String {
        time.seconds += 1
        return time.text
    }

    private mutating func boot(name: String?) -> Change.Outcome {
        time.seconds += 1
        made += 1
        let new = blueprint.server(
            number: made, name: name, ports: portsPerServer, created: time, generator: &generator)
        time.seconds += 18
        servers.insert(new.server, at: 0)
        for port in new.ports {
            ports.insert(port, at: listsPortsByID ? ports.insertionIndex(forID: port.id ?? "") : ports.items.count)
        }
        return Change.Outcome(
            kind: .boot, servers: [new.server.id ?? ""], ports: new.ports.compactMap(\.id), value: new.server.name)
    }
}
