// SPDX-License-Identifier: Apache-2.0

import TestSeeded
import Values

extension Seeded {
    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

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
