// SPDX-License-Identifier: Apache-2.0

/// What has to be known about a character to tell in which style a text may be written. The classes of all characters
/// of a text, taken together, are most often enough.
struct CharacterClasses: OptionSet, BitwiseCopyable {
    let rawValue: UInt8

    /// Splits a text into runs: space, line feed, single quote.
    static let separator = CharacterClasses(rawValue: 1)
    /// Ends plain style inside brackets and braces.
    static let flowIndicator = CharacterClasses(rawValue: 2)
    /// Matters only beside certain others, or forces double quotes.
    static let difficult = CharacterClasses(rawValue: 4)
    /// No text in plain style begins with it.
    static let neverFirst = CharacterClasses(rawValue: 8)
    /// What follows decides whether a text in plain style may begin with it.
    static let seldomFirst = CharacterClasses(rawValue: 16)
    /// A text that a reader would not take for text may begin with it.
    static let mayBeginOtherType = CharacterClasses(rawValue: 32)

    /// The classes of each byte.
    static let ofBytes: [CharacterClasses] = (0...UInt8.max).map { CharacterClasses($0) }

    private init(_ byte: UInt8) {
        self = []
        if " \n'".utf8.contains(byte) { insert(.separator) }
        if ",:?[]{}".utf8.contains(byte) { insert(.flowIndicator) }
        if !(0x20..<0x7F ~= byte) || byte == UInt8(ascii: "#") { insert(.difficult) }
        if " #,[]{}&*!|>'\"%@`".utf8.contains(byte) { insert(.neverFirst) }
        if "?-.".utf8.contains(byte) { insert(.seldomFirst) }
        if "0123456789-+.yYnNtTfFoO~=<".utf8.contains(byte) { insert(.mayBeginOtherType) }
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }
}
