// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// What the next listings show of the VMs of a roster if nothing has changed since they were compared. It is the same
/// object for as long as neither the roster nor what is remembered of its VMs changes.
final class Expectations: Sendable {
    /// By number of the server. A digest counts only if the server is clean for everybody who watches it.
    let servers: [Digest?]
    /// By number of the port. A digest counts only if one interface watches the port, and its device is watched.
    let ports: [PortListing.Clean?]
    /// Whether all VMs are settled if each server and port is listed as expected.
    let isComplete: Bool

    init(servers: [Digest?], ports: [PortListing.Clean?], isComplete: Bool) {
        (self.servers, self.ports, self.isComplete) = (servers, ports, isComplete)
    }

    /// - Parameter clean: by VM what is remembered of it.
    init(_ roster: Roster, _ clean: [CleanEntry?]) {
        var servers = Claims<Digest>(count: roster.servers.table.count)
        var ports = Claims<PortListing.Clean>(count: roster.ports.table.count)
        let (watched, interfaces, keys) = (roster.servers, roster.ports, roster.servers.table.keys)
        var isComplete = true
        for vm in roster.vdus.indices {
            let count = (servers: watched.count(of: vm), ports: interfaces.count(of: vm))
            let entry = clean[vm].flatMap { entry in
                (0..<count.servers).contains { keys[watched[vm, $0]] == entry.serverKey } ? entry : nil
            }
            for place in 0..<count.servers {
                let number = watched[vm, place]
                let isOwn = keys[number] == entry?.serverKey
                servers.add(isOwn ? entry?.server : nil, for: number) { $0 == $1 }
            }
            for place in 0..<count.ports {
                var port: PortListing.Clean?
                if let entry, place < entry.ports.count, case .listed(let digest, _) = entry.ports[place] {
                    port = PortListing.Clean(device: entry.serverKey, digest: digest)
                }
                ports.add(port, for: interfaces[vm, place]) { _, _ in false }
            }
            isComplete =
                isComplete && count.servers == 1 && entry?.ports.count == count.ports
                && roster.vdus[vm].map { !$0.isDeleting && !$0.isDeleted } ?? false
        }
        (self.servers, self.ports) = (servers.values, ports.values)
        self.isComplete =
            isComplete && !servers.values.contains { $0 == nil } && !ports.values.contains { $0 == nil }
    }
}

extension Expectations {
    /// What is expected of a server, if there is one of that number.
    func server(_ number: Int) -> Digest? { number < servers.count ? servers[number] : nil }
    /// What is expected of a port, if there is one of that number.
    func port(_ number: Int) -> PortListing.Clean? { number < ports.count ? ports[number] : nil }
}

/// One value for each resource, unless those who watch it expect different ones.
private struct Claims<Value> {
    private(set) var values: [Value?]
    private var isClaimed: [Bool]

    init(count: Int) {
        values = Array(repeating: nil, count: count)
        isClaimed = Array(repeating: false, count: count)
    }

    mutating func add(_ value: Value?, for number: Int, agree: (Value, Value) -> Bool) {
        guard isClaimed[number] else {
            isClaimed[number] = true
            values[number] = value
            return
        }
        if let known = values[number], let value, agree(known, value) { return }
        values[number] = nil
    }
}
