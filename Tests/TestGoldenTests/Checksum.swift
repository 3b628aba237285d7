// SPDX-License-Identifier: Apache-2.0

import Values

extension Value {
    /// FNV-1a 64 of the canonical form, in 16 hexadecimal digits; scripts/pack-golden computes the same.
    var checksum: String {
        var bytes: [UInt8] = []
        appendCanonical(to: &bytes)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        bytes.withUnsafeBufferPointer { buffer in
            for byte in buffer { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return hash.hexadecimal
    }

    /// Keys in their order, integers as digits, doubles as their bits, strings with their length and without escapes.
    private func appendCanonical(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(UInt8(ascii: "n"))
        case .bool(let value): bytes.append(UInt8(ascii: value ? "t" : "f"))
        case .int32(let value): bytes += "i\(value);".utf8
        case .int64(let value): bytes += "i\(value);".utf8
        case .integer(let digits): bytes += "i\(digits);".utf8
        case .double(let value): bytes += "d\(value.bitPattern.hexadecimal)".utf8
        case .string(let text): text.appendCanonical(to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for element in elements { element.appendCanonical(to: &bytes) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for member in object.members {
                member.key.appendCanonical(to: &bytes)
                member.value.appendCanonical(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        case .opaque, .unrepresentable:
            bytes.append(UInt8(ascii: "?"))  // JSON has no such values: equal to no checksum of the script's
        }
    }
}

extension String {
    fileprivate func appendCanonical(to bytes: inout [UInt8]) {
        bytes += "s\(utf8.count):".utf8
        bytes += utf8
    }
}

extension UInt64 {
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
