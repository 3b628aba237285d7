// SPDX-License-Identifier: Apache-2.0

import Foundation
import Values

/// A random generator whose seed is printed, so that a failure can be repeated (`VIMWATCH_SEED`).
struct Seeded: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(_ test: String) {
        let given = ProcessInfo.processInfo.environment["VIMWATCH_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0...UInt64.max)
        state = seed
        FileHandle.standardError.write(Data("\(test): VIMWATCH_SEED=\(seed)\n".utf8))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...(elements.count - 1))] }
}

extension Seeded {
    /// A value that often equals another one, in this type or a related one.
    mutating func scalar() -> Value {
        pick([
            .null, .null, true, false, 0, 1, 400, .int64(1), .int64(400), .int64(Int64.max), .double(1), .double(400),
            .double(0.5), .double(-1.5), .double(9.223372036854775e18), "", "x", "y", "DONE", "e\u{301}", "\u{e9}",
            .opaque(type: 0x07, bytes: [UInt8](repeating: 7, count: 12)),
            .opaque(type: 0x09, bytes: [1, 0, 0, 0, 0, 0, 0, 0]),
            .opaque(type: 0x09, bytes: [UInt8](repeating: 0xFF, count: 8)),
            .opaque(type: 0x11, bytes: [UInt8](repeating: 0xFF, count: 8)),
            .opaque(type: 0x05, bytes: [1, 0, 0, 0, 0, 0x41]),
        ])
    }

    mutating func value(depth: Int, keys: [String]) -> Value {
        switch number(0...9) {
        case 0...2 where depth > 0: .array((0..<number(0...3)).map { _ in value(depth: depth - 1, keys: keys) })
        case 3...5 where depth > 0: .object(object(depth: depth - 1, keys: keys))
        default: scalar()
        }
    }

    mutating func object(depth: Int, keys: [String]) -> Object {
        var object = Object()
        for _ in 0..<number(0...3) { object[pick(keys)] = value(depth: depth, keys: keys) }
        return object
    }
}
