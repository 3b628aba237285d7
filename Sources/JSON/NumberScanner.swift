// SPDX-License-Identifier: Apache-2.0

import Values

/// Reads the numbers of a JSON text, exactly.
struct NumberScanner {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Reads the number at `offset`, which is a digit or a minus sign, and moves `offset` behind it.
    ///
    /// With a fraction or an exponent it is a double, correctly rounded (1e309 is infinite); else an integer of any
    /// length, and -0 is the integer 0.
    func scan(from offset: inout Int) throws(JSONError) -> Value {
        let start = offset
        if bytes[offset] == .minus { offset += 1 }
        let isNegative = offset > start
        if isNegative, offset < bytes.count, bytes[offset] == UInt8(ascii: "I") {
            try Literal.infinity.scan(bytes, from: &offset)
            return .double(-.infinity)
        }
        let digits = offset
        try skipDigits(&offset)
        if bytes[digits] == UInt8(ascii: "0") { offset = digits + 1 }
        var isInteger = true
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            try skipDigits(&offset)
            isInteger = false
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count, bytes[offset] == .minus || bytes[offset] == UInt8(ascii: "+") { offset += 1 }
            try skipDigits(&offset)
            isInteger = false
        }
        let text = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
        guard isInteger else { return .double(Double(String(decoding: text, as: UTF8.self)) ?? .nan) }
        return integer(text, isNegative: isNegative)
    }

    private func skipDigits(_ offset: inout Int) throws(JSONError) {
        guard offset < bytes.count else { throw JSONError(offset: offset, reason: .unexpectedEnd) }
        guard bytes[offset].isDigit else {
            throw JSONError(offset: offset, reason: .unexpectedByte(bytes[offset], expected: "a digit"))
        }
        repeat { offset &+= 1 } while offset < bytes.count && bytes[offset].isDigit
    }

    private func integer(_ text: UnsafeRawBufferPointer, isNegative: Bool) -> Value {
        var value: Int64 = 0
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            let digit = Int64(byte & 0x0F)
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative
                ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflow || carry { return .integer(String(decoding: text, as: UTF8.self)) }
            value = sum
        }
        return .int(value)
    }
}
