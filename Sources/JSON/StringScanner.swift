// SPDX-License-Identifier: Apache-2.0

/// A string of a JSON text as read: Swift text, or one that no Swift string can hold.
enum ScannedString {
    case text(String)
    case loneSurrogate
}

/// Reads the strings of a JSON text.
struct StringScanner {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Reads the string whose opening quote lies just before `offset`, and moves `offset` behind its closing quote.
    @inline(__always)
    func scan(from offset: inout Int) throws(JSONError) -> ScannedString {
        let start = offset
        var isASCII = true
        while true {
            let end = plainEnd(from: offset)
            offset = end
            guard end < bytes.count else { throw JSONError(offset: end, reason: .unexpectedEnd) }
            let byte = bytes[end]
            if byte == .quote {
                offset = end + 1
                return .text(try text(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), isASCII, at: start))
            }
            if byte == .backslash { return try scanEscaped(start: start, from: &offset) }
            guard byte >= 0x20 else { throw JSONError(offset: end, reason: .controlCharacter(byte)) }
            isASCII = false
            repeat { offset += 1 } while offset < bytes.count && bytes[offset] >= 0x80
        }
    }

    /// The first byte from an offset on that ends a run of plain ASCII, or the end.
    @inline(__always)
    private func plainEnd(from offset: Int) -> Int {
        var offset = offset
        while offset &+ 8 <= bytes.count {
            let mask = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian.unplain
            if mask != 0 { return offset &+ mask.trailingZeroBitCount / 8 }
            offset &+= 8
        }
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte < 0x20 || byte >= 0x80 || byte == .quote || byte == .backslash { break }
            offset &+= 1
        }
        return offset
    }

    @inline(__always)
    private func text(_ bytes: UnsafeRawBufferPointer, _ isASCII: Bool, at start: Int) throws(JSONError) -> String {
        if isASCII { return String(decoding: bytes, as: UTF8.self) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw JSONError(offset: start, reason: .invalidUTF8)
        }
        return text
    }

    /// Reads a string from its first escape on; what came before is copied.
    private func scanEscaped(start: Int, from offset: inout Int) throws(JSONError) -> ScannedString {
        var decoded = Array(bytes[start..<offset])
        var hasLoneSurrogate = false
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case .quote:
                offset += 1
                guard let text = String(validating: decoded, as: UTF8.self) else {
                    throw JSONError(offset: start, reason: .invalidUTF8)
                }
                return hasLoneSurrogate ? .loneSurrogate : .text(text)
            case .backslash:
                if let scalar = try scanEscape(from: &offset) {
                    decoded.append(contentsOf: scalar.utf8)
                } else {
                    hasLoneSurrogate = true
                }
            case ..<0x20: throw JSONError(offset: offset, reason: .controlCharacter(byte))
            default:
                let end = max(plainEnd(from: offset), offset + 1)
                decoded.append(contentsOf: bytes[offset..<end])
                offset = end
            }
        }
        throw JSONError(offset: offset, reason: .unexpectedEnd)
    }

    /// Reads one escape, a surrogate pair as one; `nil` stands for a lone surrogate.
    private func scanEscape(from offset: inout Int) throws(JSONError) -> Unicode.Scalar? {
        guard offset + 1 < bytes.count else { throw JSONError(offset: bytes.count, reason: .unexpectedEnd) }
        if bytes[offset + 1] != UInt8(ascii: "u") {
            guard let scalar = Self.shortEscape(bytes[offset + 1]) else {
                throw JSONError(offset: offset, reason: .badEscape)
            }
            offset += 2
            return scalar
        }
        let first = try codeUnit(at: offset)
        offset += 6
        if UTF16.isLeadSurrogate(first), offset + 1 < bytes.count, bytes[offset] == .backslash,
            bytes[offset + 1] == UInt8(ascii: "u")
        {
            let second = try codeUnit(at: offset)
            if UTF16.isTrailSurrogate(second) {
                offset += 6
                return Unicode.Scalar(0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF)))
            }
        }
        return Unicode.Scalar(first)
    }

    /// The code unit of the `\uXXXX` at an offset.
    private func codeUnit(at offset: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for index in offset + 2..<offset + 6 {
            guard index < bytes.count else { throw JSONError(offset: bytes.count, reason: .unexpectedEnd) }
            guard let digit = bytes[index].hexadecimalValue else { throw JSONError(offset: offset, reason: .badEscape) }
            unit = unit << 4 | digit
        }
        return unit
    }

    private static func shortEscape(_ byte: UInt8) -> Unicode.Scalar? {
        switch byte {
        case .quote, .backslash, UInt8(ascii: "/"): Unicode.Scalar(byte)
        case UInt8(ascii: "b"): "\u{08}"
        case UInt8(ascii: "f"): "\u{0C}"
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "t"): "\t"
        default: nil
        }
    }
}
