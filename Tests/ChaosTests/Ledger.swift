// SPDX-License-Identifier: Apache-2.0

import Values

/// What really happened, as no part of the service knows it.
struct Ledger: Sendable {
    /// The servers that OSM ever gave to a VDU, by the VDU's `_id`.
    private(set) var servers: [String: Set<String>] = [:]
    /// What an operator let through.
    private(set) var approved: Set<String> = []
    /// Servers and ports that were away at some time in this cycle.
    private(set) var away: Set<String> = []
    /// An account's project was made anew: tokens for another one may still be around.
    var projectChanged = false
    /// What was deleted and may come back.
    var deleted: [Ghost] = []
    /// Whatever was found to be wrong.
    var complaints: [String] = []

    mutating func assign(_ server: String, to vdu: String) { servers[vdu, default: []].insert(server.lowercased()) }
    mutating func approve(_ ids: Set<String>) { approved.formUnion(ids.map { $0.lowercased() }) }
    mutating func left(_ ids: [String]) { away.formUnion(ids.map { $0.lowercased() }) }
    /// What is away in the beginning may come back before the end.
    mutating func beginCycle() {
        away = []
        for ghost in deleted { left(([ghost.server] + ghost.ports).compactMap { $0["id"]?.string }) }
    }

    func belongs(_ server: String, to vdu: String) -> Bool { servers[vdu]?.contains(server.lowercased()) ?? false }
    func wasAway(_ id: String) -> Bool { away.contains(id.lowercased()) }
    func isApproved(_ server: String) -> Bool { approved.contains(server.lowercased()) }
}
