// SPDX-License-Identifier: Apache-2.0

import CScan

/// What a text allows: PyYAML's `analyze_scalar`, as far as flow style and a bare scalar ask for it.
///
/// Output is ASCII only, so every character beyond it, and every control character but the line feed, is "special" and
/// forces double quotes.
struct ScalarAnalysis {
    /// May stand without quotes where it is: inside brackets or braces, or as the whole document.
    private(set) var allowsPlain = true
    private(set) var allowsSingleQuotes = true
    private(set) var isMultiline = false
    /// Has neither spaces nor line feeds nor single quotes: nothing to fold at and nothing to double.
    private(set) var isOneRun = true
    /// Unicode scalars in the text.
    private(set) var length: Int

    @inline(__always)
    init(_ text: UnsafeBufferPointer<UInt8>, isInFlow: Bool, classesOfBytes: UnsafeBufferPointer<CharacterClasses>) {
        length = text.count
        guard let start = text.first else {
            allowsPlain = false
            return
        }
        var all: CharacterClasses = []
        // Nothing that matters is among letters and digits, of which most texts are.
        if text.count < 8 || !vw_is_wordly(text.baseAddress, text.count) {
            for byte in text { all.formUnion(classesOfBytes[Int(byte)]) }
        }
        isOneRun = !all.contains(.separator)
        if isInFlow, !all.contains(.difficult) {
            allowsPlain = !all.contains(.flowIndicator)
        } else {
            check(text, isInFlow: isInFlow)
        }
        let first = classesOfBytes[Int(start)]
        if first.contains(.neverFirst) || text[text.count &- 1] == .space || isMultiline { allowsPlain = false }
        if first.contains(.seldomFirst), !text.mayBeginPlain { allowsPlain = false }
        if allowsPlain, first.contains(.mayBeginOtherType), !Resolver.isText(text) { allowsPlain = false }
    }

    /// A key of this length, or of 128 together with its tag (`!!str`), is written as `? key : value`.
    private static let simpleKeyLimit = 123

    var isLongKey: Bool { length >= Self.simpleKeyLimit }

    /// How it is written as a key.
    var keyStyle: KeyStyle {
        guard isOneRun, !isLongKey, length > 0 else { return .unknown }
        return allowsPlain ? .plain : allowsSingleQuotes ? .quoted : .unknown
    }

    private mutating func forbidAllButDoubleQuotes() {
        allowsPlain = false
        allowsSingleQuotes = false
    }

    /// Looks at each character and its neighbours.
    @inline(never)
    private mutating func check(_ text: UnsafeBufferPointer<UInt8>, isInFlow: Bool) {
        var index = 0
        while index < text.count { index = check(text, at: index, isInFlow: isInFlow) }
    }

    /// Looks at the character at an index. Returns the index of the next one.
    @inline(__always)
    private mutating func check(_ text: UnsafeBufferPointer<UInt8>, at index: Int, isInFlow: Bool) -> Int {
        switch text[index] {
        case .lineFeed:
            isMultiline = true
            let isBesideSpace =
                index > 0 && text[index - 1] == .space || index + 1 < text.count && text[index + 1] == .space
            if isBesideSpace { forbidAllButDoubleQuotes() }
        case UInt8(ascii: ":"): if isInFlow || text.isEndOrWhitespace(at: index + 1) { allowsPlain = false }
        case UInt8(ascii: "#"):
            if index > 0, text[index - 1] == .space || text[index - 1] == .lineFeed { allowsPlain = false }
        case UInt8(ascii: ","), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"):
            if isInFlow { allowsPlain = false }
        case 0x20..<0x7F: break
        case ..<0x80: forbidAllButDoubleQuotes()
        default:
            forbidAllButDoubleQuotes()
            let (scalar, size) = text.scalar(at: index)
            length -= size - 1
            if scalar == 0x85 || scalar == 0x2028 || scalar == 0x2029 { isMultiline = true }
            return index + size
        }
        return index + 1
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether a text may be plain that begins with one of `?-.`
    fileprivate var mayBeginPlain: Bool {
        switch self[0] {
        case UInt8(ascii: "?"): !isEndOrWhitespace(at: 1)
        case UInt8(ascii: "-"): !isEndOrWhitespace(at: 1) && !beginsWithThreeEqual
        default: !beginsWithThreeEqual
        }
    }

    private var beginsWithThreeEqual: Bool { count >= 3 && self[0] == self[1] && self[1] == self[2] }

    /// The end counts as white space. Tabs and other breaks are left out here: they force double quotes anyway.
    fileprivate func isEndOrWhitespace(at index: Int) -> Bool {
        index >= count || self[index] == .space || self[index] == .lineFeed
    }
}
