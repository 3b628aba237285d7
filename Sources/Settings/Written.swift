// SPDX-License-Identifier: Apache-2.0

/// A value as its source wrote it, typed by YAML's rules.
struct Written: Sendable {
    enum Content: Sendable, Equatable {
        case null
        case boolean(Bool)
        case integer(Int)
        case number(Double)
        case text
        case list
        case mapping
    }

    /// The text as written; empty for a list or mapping.
    let text: String
    let content: Content

    init(_ content: Content, _ text: String = "") {
        self.content = content
        self.text = text
    }

    /// A plain (unquoted) scalar, read as YAML 1.1 reads it, https://yaml.org/type/, because NG-RO does with PyYAML.
    ///
    /// Left out on purpose, so that they are refused as numbers: octal ("010" is 8 in YAML 1.1 and 10 in 1.2),
    /// hexadecimal, binary and base 60 ("1:30" is 90). Taken in addition: "1e3", which YAML 1.1 calls text.
    init(plain text: String) {
        self.text = text
        content =
            switch text {
            case "", "~", "null", "Null", "NULL": .null
            case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": .boolean(true)
            case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": .boolean(false)
            default: Self.number(text) ?? .text
            }
    }

    private static func number(_ text: String) -> Content? {
        let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        if [".inf", ".Inf", ".INF"].contains(unsigned) { return .number(text.first == "-" ? -.infinity : .infinity) }
        if [".nan", ".NaN", ".NAN"].contains(text) { return .number(.nan) }
        guard let first = unsigned.utf8.first, isDigit(first) || first == UInt8(ascii: "."),
            unsigned.utf8.allSatisfy({ isDigit($0) || "._eE+-".utf8.contains($0) })
        else { return nil }
        let digits = text.filter { $0 != "_" }
        if unsigned.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) {
            guard unsigned.count == 1 || first != UInt8(ascii: "0") else { return nil }
            if let integer = Int(digits) { return .integer(integer) }
        }
        return Double(digits).map { .number($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}

/// Why a value cannot be taken.
enum Mismatch: Error {
    case type
    case range
}

extension Written {
    func string() throws(Mismatch) -> String {
        guard content == .text else { throw .type }
        return text
    }

    func boolean() throws(Mismatch) -> Bool {
        guard case .boolean(let value) = content else { throw .type }
        return value
    }

    func integer(in range: ClosedRange<Int>) throws(Mismatch) -> Int {
        switch content {
        case .integer(let value) where range.contains(value): return value
        case .integer: throw .range
        // A whole number too large for an integer.
        case .number(let value) where abs(value) >= 0x1p63: throw .range
        default: throw .type
        }
    }

    func number(in range: ClosedRange<Double>) throws(Mismatch) -> Double {
        let value: Double
        switch content {
        case .integer(let integer): value = Double(integer)
        case .number(let number): value = number
        default: throw .type
        }
        guard range.contains(value) else { throw .range }
        return value
    }
}
