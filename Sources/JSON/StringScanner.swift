// SPDX-License-Identifier: Apache-2.0

import CScan

/// A string of a JSON text as found: where it lies between its quotes, and what is special about it.
struct ScannedString {
    let start: Int
    /// The closing quote.
    let end: Int
    var hasEscape = false
    var hasLoneSurrogate = false
}

/// Checks and decodes the strings of a JSON text.
struct StringScanner {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Checks the string whose opening quote lies just before `start`.
    @inline(__always)
    func scan(from start: Int) throws(JSONError) -> ScannedString {
        let end = plainEnd(from: start)
        guard end < bytes.count, bytes[end] == .quote else { return try scan(from: start, plainUntil: end) }
        return ScannedString(start: start, end: end)
    }

    /// The same, if it is known how far it goes on in plain ASCII.
    @inline(never)
    func scan(from start: Int, plainUntil end: Int) throws(JSONError) -> ScannedString {
        var offset = end
        var isASCII = true
        var (hasEscape, hasLoneSurrogate) = (false, false)
        while offset < bytes.count {
            switch bytes[offset] {
            case .quote:
                guard isASCII || UnsafeRawBufferPointer(rebasing: bytes[start..<offset]).isUTF8 else {
                    throw JSONError(offset: start, reason: .invalidUTF8)
                }
                return ScannedString(
                    start: start, end: offset, hasEscape: hasEscape, hasLoneSurrogate: hasLoneSurrogate)
            case .backslash:
                hasEscape = true
                switch readEscape(at: &offset) {
                case .scalar: break
                case .loneSurrogate: hasLoneSurrogate = true
                case .failure(let error): throw error
                }
            case let byte where byte < 0x20: throw JSONError(offset: offset, reason: .controlCharacter(byte))
            default:
                isASCII = false
                repeat { offset &+= 1 } while offset < bytes.count && bytes[offset] >= 0x80
            }
            offset = plainEnd(from: offset)
        }
        throw JSONError(offset: offset, reason: .unexpectedEnd)
    }

    /// Writes the text of a string that was found good, taking the bytes for all that lies between its quotes. It
    /// never takes more bytes than its source does; a lone surrogate takes none.
    /// - Returns: how many bytes were written.
    func decode(into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var (offset, count) = (0, 0)
        while offset < bytes.count {
            if bytes[offset] != .backslash {
                output[count] = bytes[offset]
                offset += 1
                count += 1
            } else if case .scalar(let scalar) = readEscape(at: &offset) {
                for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                    output[count] = byte
                    count += 1
                }
            }
        }
        return count
    }

    /// The first byte from an offset on that ends a run of plain ASCII, or the end.
    @inline(__always)
    private func plainEnd(from start: Int) -> Int {
        var offset = start
        while offset &+ 16 <= bytes.count {
            let matches = vw_unplain(bytes.baseAddress.map { $0 + offset })
            if matches != 0 { return offset &+ matches.trailingZeroBitCount }
            offset &+= 16
        }
        return bytes.firstMatch(from: offset, \.unplain) { $0 < 0x20 || $0 >= 0x80 || $0 == .quote || $0 == .backslash }
    }

    private enum Escape {
        case scalar(Unicode.Scalar)
        case loneSurrogate
        case failure(JSONError)
    }

    /// Reads one escape, a surrogate pair as one, and moves `offset` behind it.
    private func readEscape(at offset: inout Int) -> Escape {
        guard offset + 1 < bytes.count else { return .failure(JSONError(offset: bytes.count, reason: .unexpectedEnd)) }
        if bytes[offset + 1] != UInt8(ascii: "u") {
            guard let scalar = Self.shortEscape(bytes[offset + 1]) else {
                return .failure(JSONError(offset: offset, reason: .badEscape))
            }
            offset += 2
            return .scalar(scalar)
        }
        do throws(JSONError) {
            let first = try codeUnit(at: offset)
            offset += 6
            if UTF16.isLeadSurrogate(first), offset + 1 < bytes.count, bytes[offset] == .backslash,
                bytes[offset + 1] == UInt8(ascii: "u")
            {
                let second = try codeUnit(at: offset)
                if UTF16.isTrailSurrogate(second) {
                    offset += 6
                    let value = 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF))
                    return Unicode.Scalar(value).map { .scalar($0) } ?? .loneSurrogate
                }
            }
            return Unicode.Scalar(first).map { .scalar($0) } ?? .loneSurrogate
        } catch { return .failure(error) }
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

extension UnsafeRawBufferPointer {
    fileprivate var isUTF8: Bool {
        withMemoryRebound(to: UInt8.self) { (try? UTF8Span(validating: $0.span)) != nil }
    }
}
