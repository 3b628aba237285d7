// SPDX-License-Identifier: Apache-2.0

/// A place in a text from which the patterns of the resolver are matched.
struct TextCursor {
    private let text: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    var isAtEnd: Bool { index == text.count }

    /// The byte at the place; `nil` at the end.
    var next: UInt8? { isAtEnd ? nil : text[index] }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < text.count, text[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    /// Steps over the bytes that satisfy a condition, and says how many there were.
    @discardableResult
    mutating func skipAll(_ condition: (UInt8) -> Bool) -> Int {
        let start = index
        while index < text.count, condition(text[index]) { index += 1 }
        return index - start
    }

    /// Steps over as many digits as the range allows, and says how many; none if there are too few.
    mutating func skipDigits(_ count: ClosedRange<Int>) -> Int {
        var end = index
        while end < text.count, end - index < count.upperBound, text[end].isDigit { end += 1 }
        guard end - index >= count.lowerBound else { return 0 }
        defer { index = end }
        return end - index
    }

    /// `:[0-5]?[0-9]`
    mutating func skipSexagesimal() -> Bool {
        var next = self
        guard next.skip(":") else { return false }
        let start = next.index
        guard next.skipDigits(1...2) > 0 else { return false }
        if next.index - start == 2, text[start] > UInt8(ascii: "5") { next.index = start + 1 }
        self = next
        return true
    }

    /// `([eE][-+][0-9]+)?$`
    var isExponentOrEnd: Bool {
        var rest = self
        if rest.isAtEnd { return true }
        guard rest.skip("e") || rest.skip("E"), rest.skip("-") || rest.skip("+") else { return false }
        return rest.skipAll(\.isDigit) > 0 && rest.isAtEnd
    }

    func isRest(_ word: StaticString) -> Bool { word.matches(UnsafeBufferPointer(rebasing: text[index...])) }
}

extension StaticString {
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count == utf8CodeUnitCount else { return false }
        for index in text.indices where text[index] != utf8Start[index] { return false }
        return true
    }
}

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
    var isDigitOrLow: Bool { isDigit || self == UInt8(ascii: "_") }
    var isHexadecimalOrLow: Bool { isDigitOrLow || UInt8(ascii: "a")...UInt8(ascii: "f") ~= self | 0x20 }
    var isBlank: Bool { self == .space || self == UInt8(ascii: "\t") }
}
