// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// Writes an indexed text in flow style, keeping PyYAML's books: the column, the indent, and what the last token was.
struct Emitter: ~Copyable {
    /// `width=256`: what begins beyond this column goes to a new line, if it may.
    static let width = 256
    private static let indentStep = 2

    /// Lent, as are the classes of bytes, for the time in which it is written.
    private var text = IndexedText()
    private var classesOfBytes = UnsafeBufferPointer<CharacterClasses>(start: nil, count: 0)
    var output = Output()
    private var indent = 0
    private var isInFlow = false
    /// The last thing written is white space, so that no space is needed before the next token.
    private(set) var endsInWhitespace = true
    /// Nothing but indentation has been written on this line.
    private var isIndented = true
    private var keys = KeyOrder()
    /// The text of a string that had escapes.
    private var decoded = OwnedBytes(capacity: 0)

    /// Writes a text in the place of the one before.
    mutating func emit(
        _ text: IndexedText, classesOfBytes: UnsafeBufferPointer<CharacterClasses>
    ) throws(PyYAMLError) {
        self.text = text
        self.classesOfBytes = classesOfBytes
        output.begin(capacity: text.bytes.count + text.bytes.count / 4)
        keys.begin(text, classesOfBytes: classesOfBytes)
        (indent, isInFlow, endsInWhitespace, isIndented) = (0, false, true, true)
        let isPlain = try emit(at: 0)
        writeLineBreak()
        if isPlain { output.append("...\n") }
    }

    /// Writes a node; true if it is a scalar without quotes.
    @discardableResult
    private mutating func emit(at index: Int) throws(PyYAMLError) -> Bool {
        let entry = text.entries[index]
        guard !entry.isUnrepresentable else { throw PyYAMLError(code: .unrepresentable) }
        switch entry.kind {
        case .string:
            let text = text(of: entry)
            return emitText(text, analysis(of: text), mayFold: true)
        // As JSON has them.
        case .null, .true, .false: emitPlain(text.bytes(of: entry))
        case .integer: emitInteger(text(of: entry))
        case .double: emitFloat(text.double(entry).yaml)
        case .array:
            try emitSequence(at: index)
            return false
        case .object:
            try emitMapping(at: index)
            return false
        }
        return true
    }

    private mutating func emitSequence(at index: Int) throws(PyYAMLError) {
        enterFlow(UInt8(ascii: "["))
        let first = index + 1
        let end = Int(text.entries[index].next)
        var element = first
        var position = 0
        while element < end {
            if element > first { writeIndicator(UInt8(ascii: ","), needsSpace: false) }
            breakBeyondWidth()
            do throws(PyYAMLError) { try emit(at: element) } catch { throw error.inside(String(position)) }
            element = Int(text.entries[element].next)
            position += 1
        }
        leaveFlow(UInt8(ascii: "]"))
    }

    private mutating func emitMapping(at index: Int) throws(PyYAMLError) {
        enterFlow(UInt8(ascii: "{"))
        let places = keys.push(membersOf: index)
        for place in places {
            let key = keys[place]
            let index = Int(key.index)
            if key.text.length > 0, let value = simpleValue(at: index + 1) {
                output.append(
                    member: keys.bytes(of: key.text), value.text, isQuoted: value.isQuoted,
                    isFirst: place == places.lowerBound, width: Self.width, indent: indent)
                endText()
                continue
            }
            if place > places.lowerBound { writeIndicator(UInt8(ascii: ","), needsSpace: false) }
            breakBeyondWidth()
            if key.text.length > 0 {
                emitPlain(keys.bytes(of: key.text))
            } else {
                emitKey(text(of: text.entries[index]))
            }
            do throws(PyYAMLError) { try emit(at: index + 1) } catch {
                throw error.inside(text.string(text.entries[index]) ?? "")
            }
        }
        keys.pop(places)
        leaveFlow(UInt8(ascii: "}"))
    }

    /// The text of a scalar that is written in one piece, as nearly all are; `nil` for another.
    @inline(__always)
    private func simpleValue(at index: Int) -> (text: UnsafeBufferPointer<UInt8>, isQuoted: Bool)? {
        let entry = text.entries[index]
        switch entry.kind {
        case .string where !entry.hasEscape:
            let text = text.bytes(of: entry)
            let analysis = analysis(of: text)
            guard analysis.isOneRun, analysis.allowsPlain || analysis.allowsSingleQuotes else { return nil }
            return (text, !analysis.allowsPlain)
        case .null, .true, .false: return (text.bytes(of: entry), false)
        default: return nil
        }
    }

    private mutating func enterFlow(_ bracket: UInt8) {
        writeIndicator(bracket, needsSpace: true)
        endsInWhitespace = true
        indent += Self.indentStep
        isInFlow = true
    }

    private mutating func leaveFlow(_ bracket: UInt8) {
        indent -= Self.indentStep
        writeIndicator(bracket, needsSpace: false)
    }

    private mutating func breakBeyondWidth() {
        if output.column > Self.width { writeIndent() }
    }

    /// Writes a key and its colon. A key that is empty, long or has line breaks takes the form `? key : value`.
    private mutating func emitKey(_ key: UnsafeBufferPointer<UInt8>) {
        let analysis = analysis(of: key)
        if !key.isEmpty, !analysis.isMultiline, !analysis.isLongKey {
            emitText(key, analysis, mayFold: false)
            writeIndicator(UInt8(ascii: ":"), needsSpace: false)
        } else {
            writeIndicator(UInt8(ascii: "?"), needsSpace: true)
            emitText(key, analysis, mayFold: true)
            breakBeyondWidth()
            writeIndicator(UInt8(ascii: ":"), needsSpace: true)
        }
    }

    private mutating func emitFloat(_ text: String) {
        if !endsInWhitespace { output.append(.space) }
        text.utf8.span.withUnsafeBufferPointer { output.append($0) }
        endText()
    }

    /// JSON's digits are those of Python's `str`, but for the zero with a sign.
    private mutating func emitInteger(_ digits: UnsafeBufferPointer<UInt8>) {
        let isNegativeZero = digits.count == 2 && digits[0] == UInt8(ascii: "-") && digits[1] == UInt8(ascii: "0")
        emitPlain(isNegativeZero ? UnsafeBufferPointer(rebasing: digits[1...]) : digits)
    }

    /// Writes the text of a scalar that never needs quotes and has no place to fold at. It is padded.
    @inline(__always)
    private mutating func emitPlain(_ text: UnsafeBufferPointer<UInt8>) {
        output.append(padded: text, afterSpace: !endsInWhitespace)
        endText()
    }

    /// Writes a string in the first style that it allows: plain, single quotes, double quotes. True if it is plain.
    @discardableResult
    private mutating func emitText(
        _ text: UnsafeBufferPointer<UInt8>, _ analysis: ScalarAnalysis, mayFold: Bool
    ) -> Bool {
        if analysis.allowsPlain {
            writePlain(text, analysis, mayFold: mayFold)
            return true
        }
        if analysis.allowsSingleQuotes {
            writeSingleQuoted(text, analysis, mayFold: mayFold)
        } else {
            writeDoubleQuoted(text, mayFold: mayFold)
        }
        return false
    }

    @inline(__always)
    private func analysis(of text: UnsafeBufferPointer<UInt8>) -> ScalarAnalysis {
        ScalarAnalysis(text, isInFlow: isInFlow, classesOfBytes: classesOfBytes)
    }

    /// A scalar's text, valid until the next call and padded.
    @inline(__always)
    private mutating func text(of entry: JSONEntry) -> UnsafeBufferPointer<UInt8> {
        entry.hasEscape ? decode(entry) : text.bytes(of: entry)
    }

    @inline(never)
    private mutating func decode(_ entry: JSONEntry) -> UnsafeBufferPointer<UInt8> {
        let text = text
        decoded.replace(atMost: Int(entry.length) + OwnedBytes.padding) { text.decode(entry, into: $0) }
        return decoded.bytes
    }
}

/// Output, and the books about it.
extension Emitter {
    @inline(__always)
    mutating func writeIndicator(_ indicator: UInt8, needsSpace: Bool) {
        if needsSpace, !endsInWhitespace { output.append(.space) }
        output.append(indicator)
        endText()
    }

    /// Says that what was written last is neither white space nor indentation.
    @inline(__always)
    mutating func endText() {
        endsInWhitespace = false
        isIndented = false
    }

    /// Goes to a new line of a scalar, or of the container around it.
    mutating func writeIndent(inScalar: Bool = false) {
        let indent = self.indent + (inScalar ? Self.indentStep : 0)
        let column = output.column
        if !isIndented || column > indent || column == indent && !endsInWhitespace { writeLineBreak() }
        if output.column < indent {
            endsInWhitespace = true
            output.append(.space, count: indent - output.column)
        }
    }

    mutating func writeLineBreak() {
        output.breakLine()
        endsInWhitespace = true
        isIndented = true
    }
}
