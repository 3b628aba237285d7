// SPDX-License-Identifier: Apache-2.0

import TestSeeded
import Values

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
