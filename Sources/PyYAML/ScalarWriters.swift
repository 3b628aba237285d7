// SPDX-License-Identifier: Apache-2.0

/// The three ways to write a string, each with PyYAML's own rule of where to fold: at a single space once the column is
/// beyond the width; inside double quotes also behind any escape.
///
/// Text is padded (`ByteCursor`); in plain style and in single quotes it is ASCII without control
/// characters but the line feed.
extension Emitter {
    @inline(__always)
    mutating func writePlain(_ text: UnsafeBufferPointer<UInt8>, _ analysis: ScalarAnalysis, mayFold: Bool) {
        if analysis.isOneRun || !mayFold || output.column + 1 + text.count <= Self.width {
            output.append(padded: text, afterSpace: !endsInWhitespace)
            endText()
        } else {
            writeFoldedPlain(text)
        }
    }

    @inline(never)
    private mutating func writeFoldedPlain(_ text: UnsafeBufferPointer<UInt8>) {
        if !endsInWhitespace { output.append(.space) }
        endText()
        var index = 0
        while index < text.count {
            let end = text.endOfRun(from: index)
            if text[index] == .space, end - index == 1, output.column > Self.width {
                writeIndent(inScalar: true)
                endText()
            } else {
                output.append(UnsafeBufferPointer(rebasing: text[index..<end]))
            }
            index = end
        }
    }

    @inline(__always)
    mutating func writeSingleQuoted(_ text: UnsafeBufferPointer<UInt8>, _ analysis: ScalarAnalysis, mayFold: Bool) {
        if analysis.isOneRun {
            output.append(padded: text, afterSpace: !endsInWhitespace, in: .singleQuote)
            endText()
        } else {
            writeIndicator(.singleQuote, needsSpace: true)
            writeRuns(of: text, mayFold: mayFold)
            writeIndicator(.singleQuote, needsSpace: false)
        }
    }

    @inline(never)
    private mutating func writeRuns(of text: UnsafeBufferPointer<UInt8>, mayFold: Bool) {
        var index = 0
        while index < text.count {
            let end = text.endOfRun(from: index)
            let run = UnsafeBufferPointer(rebasing: text[index..<end])
            switch text[index] {
            case .space where run.count == 1 && output.column > Self.width && mayFold && index > 0 && end < text.count:
                writeIndent(inScalar: true)
            case .lineFeed:
                for _ in 0...run.count { writeLineBreak() }
                writeIndent(inScalar: true)
            case .singleQuote: output.append(.singleQuote, count: 2 * run.count)
            default: output.append(run)
            }
            index = end
        }
    }

    mutating func writeDoubleQuoted(_ text: UnsafeBufferPointer<UInt8>, mayFold: Bool) {
        writeIndicator(.doubleQuote, needsSpace: true)
        // `start` is where the text not yet written begins: one run of characters that need no escape.
        var (start, index) = (0, 0)
        while index < text.count {
            let (scalar, size) = text.scalar(at: index)
            let next = index + size
            let isEscaped = !(0x20..<0x7F ~= scalar) || scalar == 0x22 || scalar == 0x5C
            if isEscaped {
                output.append(UnsafeBufferPointer(rebasing: text[start..<index]))
                writeEscape(scalar)
                start = next
            }
            // PyYAML counts a character that it has just escaped as -1 that is still to be written.
            let pending = isEscaped ? -1 : index - start
            if mayFold, index > 0, next < text.count, scalar == 0x20 || start >= index,
                output.column + pending > Self.width
            {
                if start < index { output.append(UnsafeBufferPointer(rebasing: text[start..<index])) }
                start = max(start, index)
                output.append(.backslash)
                writeIndent(inScalar: true)
                endText()
                if text[start] == .space { output.append(.backslash) }
            }
            index = next
        }
        output.append(UnsafeBufferPointer(rebasing: text[start...]))
        writeIndicator(.doubleQuote, needsSpace: false)
    }

    /// `\n` and its like, else `\xHH`, `\uHHHH` or `\UHHHHHHHH`.
    private mutating func writeEscape(_ scalar: UInt32) {
        output.append(.backslash)
        if let letter = Self.escapeLetter(scalar) { return output.append(UInt8(ascii: letter)) }
        let (letter, digits): (Unicode.Scalar, UInt32) =
            scalar <= 0xFF ? ("x", 2) : scalar <= 0xFFFF ? ("u", 4) : ("U", 8)
        output.append(UInt8(ascii: letter))
        for digit in (0..<digits).reversed() {
            let value = UInt8(truncatingIfNeeded: scalar >> (4 * digit) & 0x0F)
            output.append(value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "A") - 10))
        }
    }

    private static func escapeLetter(_ scalar: UInt32) -> Unicode.Scalar? {
        switch scalar {
        case 0x00: "0"
        case 0x07: "a"
        case 0x08: "b"
        case 0x09: "t"
        case 0x0A: "n"
        case 0x0B: "v"
        case 0x0C: "f"
        case 0x0D: "r"
        case 0x1B: "e"
        case 0x22: "\""
        case 0x5C: "\\"
        case 0x85: "N"
        case 0xA0: "_"
        case 0x2028: "L"
        case 0x2029: "P"
        default: nil
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The end of the run of spaces, line feeds, single quotes or other bytes that begins at an index.
    fileprivate func endOfRun(from index: Int) -> Int {
        let kind = self[index].runKind
        var end = index + 1
        while end < count, self[end].runKind == kind { end &+= 1 }
        return end
    }
}

extension UInt8 {
    fileprivate var runKind: UInt8 {
        self == .space || self == .lineFeed || self == .singleQuote ? self : 0
    }
}
