// SPDX-License-Identifier: Apache-2.0

import Values

/// Checks and reads the numbers of a JSON text, exactly.
struct NumberScanner {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Checks the number that begins at `start` with a digit or a minus sign.
    /// - Returns: `double` if it has a fraction or an exponent or is infinite, else `integer`; and where it ends.
    func scan(from start: Int) throws(JSONError) -> (JSONEntry.Kind, end: Int) {
        var offset = start
        if bytes[offset] == .minus { offset += 1 }
        if offset > start, offset < bytes.count, bytes[offset] == UInt8(ascii: "I") {
            return (.double, try Literal.infinity.scan(bytes, from: offset))
        }
        let digits = offset
        try skipDigits(&offset)
        if bytes[digits] == UInt8(ascii: "0") { offset = digits + 1 }
        var kind = JSONEntry.Kind.integer
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            try skipDigits(&offset)
            kind = .double
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count, bytes[offset] == .minus || bytes[offset] == UInt8(ascii: "+") { offset += 1 }
            try skipDigits(&offset)
            kind = .double
        }
        return (kind, offset)
    }

    @inline(__always)
    private func skipDigits(_ offset: inout Int) throws(JSONError) {
        guard offset < bytes.count else { throw JSONError(offset: offset, reason: .unexpectedEnd) }
        guard bytes[offset].isDigit else {
            throw .unexpected(bytes[offset], at: offset, expected: "a digit")
        }
        repeat { offset &+= 1 } while offset < bytes.count && bytes[offset].isDigit
    }

    /// The bytes as a double, correctly rounded: 1e309 is infinite.
    var double: Double {
        switch bytes.first {
        case UInt8(ascii: "N"): .nan
        case UInt8(ascii: "I"): .infinity
        case .minus where bytes[1] == UInt8(ascii: "I"): -.infinity
        default: Double(String(decoding: bytes, as: UTF8.self)) ?? .nan
        }
    }

    /// The bytes as an integer of any length; -0 is 0.
    var integer: Value {
        let isNegative = bytes.first == .minus
        var value: Int64 = 0
        for byte in bytes.dropFirst(isNegative ? 1 : 0) {
            let digit = Int64(byte & 0x0F)
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative
                ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflow || carry { return .integer(String(decoding: bytes, as: UTF8.self)) }
            value = sum
        }
        return .int(value)
    }
}
