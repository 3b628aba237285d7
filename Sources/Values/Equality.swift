// SPDX-License-Identifier: Apache-2.0

extension Value {
    /// Python's `==`: numbers by value across types (400 == 400.0, true == 1), strings by code point, the order of an
    /// object's keys is irrelevant, an absent key is not a null one.
    ///
    /// OSM's monitor decides with it whether a record has to be written.
    public func isEqualInPython(to other: Value) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.string(let left), .string(let right)): return left.isIdentical(toText: right)
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.isEqualInPython(to: $1) }
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.members.allSatisfy { member in
                    right[member.key].map { member.value.isEqualInPython(to: $0) } ?? false
                }
        case (.opaque(let leftType, let left), .opaque(let rightType, let right)):
            return leftType == rightType && left == right
        default: return Number(self).flatMap { left in Number(other).map { left == $0 } } ?? false
        }
    }

    /// The same type and the same value, bit for bit where it matters: what a database stores for one is what it
    /// stores for the other, except that the order of an object's keys does not count.
    public func isIdentical(to other: Value) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int32(let left), .int32(let right)): left == right
        case (.int64(let left), .int64(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.double(let left), .double(let right)): left.bitPattern == right.bitPattern
        case (.string(let left), .string(let right)): left.isIdentical(toText: right)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isIdentical(to: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.members.allSatisfy { member in
                    right[member.key].map { member.value.isIdentical(to: $0) } ?? false
                }
        case (.opaque(let leftType, let left), .opaque(let rightType, let right)):
            leftType == rightType && left == right
        default: false
        }
    }
}

/// A number as Python compares it: exactly, whatever its type.
private enum Number: Equatable {
    case integer(Int64)
    case large(String)
    case fraction(Double)

    init?(_ value: Value) {
        switch value {
        case .bool(let value): self = .integer(value ? 1 : 0)
        case .int32(let value): self = .integer(Int64(value))
        case .int64(let value): self = .integer(value)
        case .integer(let digits): self = .large(digits)
        case .double(let value):
            if let exact = Int64(exactly: value) {
                self = .integer(exact)
            } else if value.isFinite, value.magnitude >= 0x1p63 {
                self = .large(value.exactDigits)
            } else {
                self = .fraction(value)
            }
        default: return nil
        }
    }
}

extension Double {
    /// The decimal digits of an integral value, all of them.
    fileprivate var exactDigits: String {
        var digits: [UInt8] = [0]  // least significant first
        for bit in String(significandBitPattern | (1 << UInt64(Double.significandBitCount)), radix: 2) {
            digits.double(adding: bit == "1" ? 1 : 0)
        }
        for _ in 0..<max(0, Int(exponent) - Double.significandBitCount) { digits.double(adding: 0) }
        let text = String(decoding: digits.reversed().map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
        return self < 0 ? "-" + text : text
    }
}

extension [UInt8] {
    /// Doubles a little-endian decimal number and adds a digit.
    fileprivate mutating func double(adding carry: UInt8) {
        var carry = carry
        for index in indices {
            let sum = self[index] * 2 + carry
            self[index] = sum % 10
            carry = sum / 10
        }
        if carry > 0 { append(carry) }
    }
}
