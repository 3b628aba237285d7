// SPDX-License-Identifier: Apache-2.0

/// SplitMix64: the same seed gives the same clouds, changes and faults on every machine.
/// Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// A generator whose seed is drawn from a text, so that equal names lead to equal ids.
    package init(seed: UInt64, text: String) {
        // FNV-1a of the text, mixed with the seed.
        state = text.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Lower-case hexadecimal digits.
    package mutating func hex(_ digits: Int) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits)
        while bytes.count < digits {
            var word = next()
            for _ in 0..<min(16, digits - bytes.count) {
                let digit = UInt8(word & 15)
                bytes.append(digit < 10 ? 48 + digit : 87 + digit)
                word >>= 4
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A random UUID (version 4) in lower case, as OpenStack writes them.
    package mutating func uuid() -> String {
        var digits = Array(hex(32).utf8)
        digits[12] = UInt8(ascii: "4")
        digits[16] = [UInt8(ascii: "8"), UInt8(ascii: "9"), UInt8(ascii: "a"), UInt8(ascii: "b")][Int(next() & 3)]
        for position in [20, 16, 12, 8] { digits.insert(UInt8(ascii: "-"), at: position) }
        return String(decoding: digits, as: UTF8.self)
    }

    /// A MAC address with the prefix that Neutron uses by default.
    mutating func mac() -> String { "fa:16:3e:\(hex(2)):\(hex(2)):\(hex(2))" }
}
