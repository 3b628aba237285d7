// SPDX-License-Identifier: Apache-2.0

/// Which kinds of characters a text has, found without looking at where they are.
struct CharacterClasses {
    private var bits: UInt8 = 0

    private static let separator: UInt8 = 1
    private static let flowIndicator: UInt8 = 2
    /// What matters only beside certain others, or forces double quotes.
    private static let difficult: UInt8 = 4

    @inline(__always)
    mutating func insert(_ byte: UInt8) { bits |= Self.bits(byte) }

    /// Whether it is enough to know which characters there are.
    @inline(__always)
    var isSimple: Bool { bits & Self.difficult == 0 }
    @inline(__always)
    var hasFlowIndicator: Bool { bits & Self.flowIndicator != 0 }
    /// Neither spaces nor line feeds nor single quotes.
    @inline(__always)
    var isOneRun: Bool { bits & Self.separator == 0 }

    @inline(__always)
    private static func bits(_ byte: UInt8) -> UInt8 {
        if byte.isPlainAnywhere { return byte == .singleQuote ? separator : 0 }
        if byte == .space { return separator }
        return 0x21..<0x7F ~= byte && byte != UInt8(ascii: "#") ? flowIndicator : difficult | separator
    }
}
