// SPDX-License-Identifier: Apache-2.0

/// What a text allows: PyYAML's `analyze_scalar`, as far as flow style and a bare scalar ask for it.
///
/// Output is ASCII only, so every character beyond it, and every control character but the line feed, is "special" and
/// forces double quotes.
struct ScalarAnalysis {
    /// May stand without quotes inside brackets or braces.
    private(set) var allowsFlowPlain = true
    /// May stand without quotes as the whole document.
    private(set) var allowsBlockPlain = true
    private(set) var allowsSingleQuotes = true
    private(set) var isMultiline = false
    /// Unicode scalars in the text.
    private(set) var length: Int

    init(_ text: UnsafeBufferPointer<UInt8>) {
        length = text.count
        guard !text.isEmpty else {
            allowsFlowPlain = false
            return
        }
        checkBeginning(text)
        var index = 0
        while index < text.count {
            if text[index].isPlainAnywhere { index &+= 1 } else { index = check(text, at: index) }
        }
        if text[0] == .space || text[text.count - 1] == .space || isMultiline { forbidPlain() }
    }

    private mutating func forbidPlain() {
        allowsFlowPlain = false
        allowsBlockPlain = false
    }

    private mutating func forbidAllButDoubleQuotes() {
        forbidPlain()
        allowsSingleQuotes = false
    }

    /// Indicators that matter at the beginning only.
    private mutating func checkBeginning(_ text: UnsafeBufferPointer<UInt8>) {
        switch text[0] {
        case UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"),
            UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"),
            UInt8(ascii: "`"):
            forbidPlain()
        case UInt8(ascii: "-"), UInt8(ascii: "?"):
            if text.isEndOrWhitespace(at: 1) { forbidPlain() }
        default: break
        }
        if text.count >= 3, text[0] == text[1], text[1] == text[2],
            text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: ".")
        {
            forbidPlain()
        }
    }

    /// Looks at a byte that is not plain everywhere. Returns the index of the next character.
    private mutating func check(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        switch text[index] {
        case .space: break
        case .lineFeed:
            isMultiline = true
            let isBesideSpace =
                index > 0 && text[index - 1] == .space || index + 1 < text.count && text[index + 1] == .space
            if isBesideSpace { forbidAllButDoubleQuotes() }
        case UInt8(ascii: ":"):
            allowsFlowPlain = false
            if text.isEndOrWhitespace(at: index + 1) { allowsBlockPlain = false }
        case UInt8(ascii: "#"):
            if index > 0, text[index - 1] == .space || text[index - 1] == .lineFeed { forbidPlain() }
        case 0x21..<0x7F: allowsFlowPlain = false  // , ? [ ] { }
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
    /// The end counts as white space. Tabs and other breaks are left out here: they force double quotes anyway.
    fileprivate func isEndOrWhitespace(at index: Int) -> Bool {
        index >= count || self[index] == .space || self[index] == .lineFeed
    }
}
