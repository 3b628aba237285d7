// SPDX-License-Identifier: Apache-2.0

/// YAML 1.1's implicit types: which plain texts would not be read back as text.
/// Source: the regular expressions of PyYAML's `resolver.py`.
enum Resolver {
    /// True if a reader would take the unquoted text for text.
    @inline(never)
    static func isText(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first else { return false }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            return isDigitsAndLetter(text) || !isNumber(text) && !isTimestamp(text)
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): return !isNumber(text)
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
            UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"):
            return !isWord(text)
        case UInt8(ascii: "~"), UInt8(ascii: "="): return text.count > 1
        case UInt8(ascii: "<"): return text.count != 2 || text[1] != UInt8(ascii: "<")
        default: return true
        }
    }

    /// Whether a letter comes right behind the first digits, as in most ids that begin with one: no number goes on like
    /// that but those of `0b` and `0x`, and no date.
    private static func isDigitsAndLetter(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var rest = TextCursor(text)
        let count = rest.skipAll(\.isDigit)
        guard let next = rest.next else { return false }
        return UInt8(ascii: "a")...UInt8(ascii: "z") ~= next | 0x20
            && !(count == 1 && (next == UInt8(ascii: "b") || next == UInt8(ascii: "x")))
    }

    /// `yes no on off true false null`, each in small letters, in capital letters, or with a capital letter first.
    private static func isWord(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let isKnown =
            switch text.count {
            case 2: text.isWord("no") || text.isWord("on")
            case 3: text.isWord("yes") || text.isWord("off")
            case 4: text.isWord("true") || text.isWord("null")
            case 5: text.isWord("false")
            default: false
            }
        guard isKnown else { return false }
        let capitals = text.count { $0.isCapital }
        return capitals == 0 || capitals == text.count || capitals == 1 && text[0].isCapital
    }

    private static func isNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var rest = TextCursor(text)
        let hasSign = rest.skip("-") || rest.skip("+")
        return isInteger(rest) || isFloat(rest, hasSign: hasSign)
    }

    /// `0b[0-1_]+ | 0[0-7_]+ | 0 | [1-9][0-9_]* | 0x[0-9a-fA-F_]+ | [1-9][0-9_]*(:[0-5]?[0-9])+`, without the sign.
    private static func isInteger(_ text: TextCursor) -> Bool {
        var text = text
        if text.skip("0") {
            if text.isAtEnd { return true }
            var (binary, hexadecimal) = (text, text)
            if binary.skip("b") { return binary.skipAll { 0x30...0x31 ~= $0 || $0 == 0x5F } > 0 && binary.isAtEnd }
            if hexadecimal.skip("x") { return hexadecimal.skipAll(\.isHexadecimalOrLow) > 0 && hexadecimal.isAtEnd }
            return text.skipAll { 0x30...0x37 ~= $0 || $0 == 0x5F } > 0 && text.isAtEnd
        }
        guard text.skipAll(\.isDigit) > 0 else { return false }
        text.skipAll(\.isDigitOrLow)
        while text.skipSexagesimal() {}
        return text.isAtEnd
    }

    /// `[0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)? | \.[0-9][0-9_]*([eE][-+][0-9]+)? | [0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*
    /// | \.(inf|Inf|INF) | \.(nan|NaN|NAN)`: the second and the last without a sign, the others after an optional one.
    private static func isFloat(_ text: TextCursor, hasSign: Bool) -> Bool {
        var text = text
        if text.skip(".") {
            if text.isRest("inf") || text.isRest("Inf") || text.isRest("INF") { return true }
            if hasSign { return false }
            if text.isRest("nan") || text.isRest("NaN") || text.isRest("NAN") { return true }
            guard text.skipAll(\.isDigit) > 0 else { return false }
            text.skipAll(\.isDigitOrLow)
            return text.isExponentOrEnd
        }
        guard text.skipAll(\.isDigit) > 0 else { return false }
        text.skipAll(\.isDigitOrLow)
        var isSexagesimal = false
        while text.skipSexagesimal() { isSexagesimal = true }
        guard text.skip(".") else { return false }
        text.skipAll(\.isDigitOrLow)
        return isSexagesimal ? text.isAtEnd : text.isExponentOrEnd
    }

    /// `2001-12-14`, or with one or two digits for month and day and a time: `2001-12-14t21:59:43.10-05:00`.
    private static func isTimestamp(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var text = TextCursor(text)
        guard text.skipDigits(4...4) > 0, text.skip("-") else { return false }
        let month = text.skipDigits(1...2)
        guard month > 0, text.skip("-") else { return false }
        let day = text.skipDigits(1...2)
        guard day > 0 else { return false }
        if text.isAtEnd { return month == 2 && day == 2 }
        guard text.skip("T") || text.skip("t") || text.skipAll(\.isBlank) > 0 else { return false }
        guard text.skipDigits(1...2) > 0, text.skip(":"), text.skipDigits(2...2) > 0, text.skip(":"),
            text.skipDigits(2...2) > 0
        else { return false }
        if text.skip(".") { text.skipAll(\.isDigit) }
        if text.isAtEnd { return true }
        text.skipAll(\.isBlank)
        if text.skip("Z") { return text.isAtEnd }
        guard text.skip("-") || text.skip("+"), text.skipDigits(1...2) > 0 else { return false }
        return text.isAtEnd || text.skip(":") && text.skipDigits(2...2) > 0 && text.isAtEnd
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether this is a word of as many letters, small or capital.
    @inline(__always)
    fileprivate func isWord(_ word: StaticString) -> Bool {
        for index in indices where self[index] | 0x20 != word.utf8Start[index] { return false }
        return true
    }
}

extension UInt8 {
    fileprivate var isCapital: Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self }
}
