// SPDX-License-Identifier: Apache-2.0

import TestSeeded
import Values

/// What happens from one cycle of a soak to the next, drawn from a seed: faults come and go, VMs and ports change,
/// tokens end, accounts are edited.
struct SoakTrouble {
    enum Order {
        /// To the simulator's `/control`.
        case post(String, Value)
        case delete(String)
        /// The VIM account of this name gets this description.
        case edit(String, Int)
    }

    private var dice: Seeded
    private let clouds: [String]
    private var faults = 0

    init(clouds: [String]) {
        self.clouds = clouds
        dice = Seeded("soak")
    }

    mutating func draw() -> [Order] {
        var orders: [Order] = []
        if faults > 0, dice.chance(25) {
            faults = 0
            orders.append(.delete("faults"))
        } else if faults < 4, dice.chance(50) {
            faults += 1
            orders.append(.post("faults", fault()))
        }
        if dice.chance(70) {
            let change: Object = ["kind": .string(dice.pick(Self.changes)), "count": .int32(Int32(dice.number(1...3)))]
            orders.append(.post("\(dice.pick(clouds))/mutate-many", .object(change)))
        }
        if dice.chance(1) { orders.append(.post("\(dice.pick(clouds))/mutate-many", ["kind": "delete", "count": 1])) }
        if dice.chance(5) { orders.append(.post("\(dice.pick(clouds))/revoke-tokens", [:])) }
        if dice.chance(2) { orders.append(.post("refuse", ["seconds": 2])) }
        if dice.chance(5) { orders.append(.edit(dice.pick(clouds), dice.number(1...1_000_000))) }
        return orders
    }

    private mutating func fault() -> Value {
        var fault = dice.pick(Self.effects)
        fault["cloud"] = .string(dice.pick(clouds))
        fault["kind"] = .string(dice.pick(Self.kinds))
        if dice.chance(50) {
            fault["probability"] = 0.5
            fault["seed"] = .int32(Int32(dice.number(0...1000)))
        }
        return .object(fault)
    }

    private static let kinds = ["servers", "servers", "ports", "ports", "server", "port", "token", "flavors", "any"]

    /// None by which a world would grow for ever.
    private static let changes = [
        "stop", "start", "pause", "error", "rename", "migrate", "touch", "change-ip", "port-down", "port-up",
    ]

    private static let effects: [Object] = [
        ["effect": "status", "status": 401], ["effect": "status", "status": 404], ["effect": "status", "status": 500],
        ["effect": "status", "status": 503, "headers": ["Retry-After": "1"]],
        ["effect": "status", "status": 429, "headers": ["Retry-After": "2"]],
        ["effect": "latency", "seconds": 0.3, "jitter": 0.5], ["effect": "truncate"], ["effect": "stall"],
        ["effect": "drop"], ["effect": "reset"], ["effect": "html"], ["effect": "empty"], ["effect": "garbage"],
        ["effect": "invalid-utf8"], ["effect": "invalid-utf8", "key": "name"], ["effect": "content-type"],
        ["effect": "hide", "count": 3], ["effect": "shorten", "count": 5], ["effect": "duplicate", "count": 3],
        ["effect": "link-cycle"], ["effect": "link-elsewhere", "origin": "http://192.0.2.1:9"],
        ["effect": "marker-gone"], ["effect": "endless-pages"], ["effect": "trickle", "bytes-per-second": 20_000],
        ["effect": "oversize", "bytes": 400_000], ["effect": "oversize", "bytes": 20_000_000, "gzip": true],
        ["effect": "nest", "depth": 600], ["effect": "cell-down", "count": 3, "stubs": true],
        ["effect": "api-version", "version": "2.1"], ["effect": "rate", "per-second": 1, "retry-after": "1"],
    ]
}
