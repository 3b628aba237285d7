// SPDX-License-Identifier: Apache-2.0

package import Values

extension JSON {
    /// Compact JSON in UTF-8, which `parse` reads back as the same value.
    ///
    /// A double keeps its point or exponent, so that it stays a double; what JSON has no number for is written as
    /// Python does (`NaN`, `Infinity`). `.unrepresentable` becomes a lone surrogate (`"\ud800"`). A BSON value that
    /// JSON knows nothing of becomes `{"$bson":{"type":7,"bytes":"<hexadecimal>"}}`, for people to see.
    package static func serialize(_ value: Value) -> [UInt8] {
        var output: [UInt8] = []
        serialize(value, into: &output)
        return output
    }

    /// Appends the JSON of a value to bytes.
    package static func serialize(_ value: Value, into output: inout [UInt8]) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .int32(let value): output.append(contentsOf: String(value).utf8)
        case .int64(let value): output.append(contentsOf: String(value).utf8)
        case .integer(let digits): output.append(contentsOf: digits.utf8)
        case .double(let value): output.append(contentsOf: text(value).utf8)
        case .string(let value): serialize(value, into: &output)
        case .array(let elements):
            output.append(.openBracket)
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(.comma) }
                serialize(element, into: &output)
            }
            output.append(.closeBracket)
        case .object(let object):
            output.append(.openBrace)
            for (index, member) in object.members.enumerated() {
                if index > 0 { output.append(.comma) }
                serialize(member.key, into: &output)
                output.append(.colon)
                serialize(member.value, into: &output)
            }
            output.append(.closeBrace)
        case .opaque(let type, let bytes):
            let text = bytes.map { hexadecimal($0, width: 2) }.joined()
            serialize(["$bson": ["type": .int(Int64(type)), "bytes": .string(text)]], into: &output)
        case .unrepresentable: output.append(contentsOf: #""\ud800""#.utf8)
        }
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return value.description
    }

    private static func serialize(_ text: String, into output: inout [UInt8]) {
        var text = text
        text.withUTF8 { text in
            let bytes = UnsafeRawBufferPointer(text)
            output.append(.quote)
            var start = 0
            while true {
                let end = bytes.firstMatch(from: start, \.specialInText) {
                    $0 < 0x20 || $0 == .quote || $0 == .backslash
                }
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                guard end < bytes.count else { break }
                appendEscaped(bytes[end], to: &output)
                start = end + 1
            }
            output.append(.quote)
        }
    }

    private static func appendEscaped(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case .quote, .backslash: output.append(contentsOf: [.backslash, byte])
        case UInt8(ascii: "\n"): output.append(contentsOf: #"\n"#.utf8)
        case UInt8(ascii: "\r"): output.append(contentsOf: #"\r"#.utf8)
        case UInt8(ascii: "\t"): output.append(contentsOf: #"\t"#.utf8)
        default: output.append(contentsOf: (#"\u"# + hexadecimal(byte, width: 4)).utf8)
        }
    }

    private static func hexadecimal(_ byte: UInt8, width: Int) -> String {
        let digits = String(byte, radix: 16)
        return String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
