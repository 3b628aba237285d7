// SPDX-License-Identifier: Apache-2.0

import Foundation
import Values

/// A repeatable source of chance. `VIMWATCH_SEED` chooses the seed, which each property test prints.
struct Chance: RandomNumberGenerator {
    static let seed =
        ProcessInfo.processInfo.environment["VIMWATCH_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)

    private var state: UInt64

    init(_ purpose: UInt64 = 0) {
        state = Self.seed &+ purpose &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}

extension Chance {
    /// A value of JSON, some of whose texts look like the grammar around them.
    mutating func value(depth: Int) -> Value {
        switch below(depth > 0 ? 11 : 8) {
        case 0: .null
        case 1: .bool(below(2) == 0)
        case 2: .int(Int64(bitPattern: next()) >> Int64(below(64)))
        case 3: .integer((below(2) == 0 ? "-" : "") + "1" + (0..<25).map { _ in String(below(10)) }.joined())
        case 4: .double(finiteDouble())
        case 5...7: .string(text())
        case 8: .array((0..<below(6)).map { _ in value(depth: depth - 1) })
        default: .object(object(depth: depth - 1))
        }
    }

    mutating func object(depth: Int) -> Object {
        var object = Object()
        for _ in 0..<below(7) { object[key()] = value(depth: depth) }
        return object
    }

    private mutating func key() -> String {
        ["id", "device_id", "name", text()][below(4)]
    }

    private mutating func finiteDouble() -> Double {
        let value = Double(bitPattern: next())
        return value.isFinite ? value : 0.5
    }

    mutating func text() -> String {
        let pieces = [
            "a", "bc", "0123456789", "\"", "\\", "\n", "\t", "\0", "\u{1F}", "\u{7F}", "é", "日", "🚀", "e\u{301}",
            "[", "]", "{", "}", ":", ",", "\"servers\": [", "id", " ",
        ]
        return (0..<below(8)).map { _ in pieces[below(pieces.count)] }.joined()
    }
}
