// SPDX-License-Identifier: Apache-2.0

import Values

/// Writes a value in flow style, keeping PyYAML's books: the column, the indent, and what the last token was.
struct Emitter {
    /// `width=256`: what begins beyond this column goes to a new line, if it may.
    static let width = 256
    private static let indentStep = 2
    /// A key of this length, its tag included, is written as `? key : value`.
    private static let simpleKeyLimit = 128 - "!!str".utf8.count

    var output: [UInt8] = []
    private(set) var column = 0
    private var indent = 0
    private var isInFlow = false
    /// The last thing written is white space, so that no space is needed before the next token.
    private var endsInWhitespace = true
    /// Nothing but indentation has been written on this line.
    private var isIndented = true
    private var keyOrder = KeyOrder()

    mutating func emitDocument(_ value: Value) throws(PyYAMLError) {
        let isPlain = try emit(value)
        writeLineBreak()
        if isPlain {
            output.append(contentsOf: "...\n".utf8)
        }
    }

    /// Writes a node; true if it is a scalar without quotes.
    @discardableResult
    private mutating func emit(_ value: Value) throws(PyYAMLError) -> Bool {
        switch value {
        case .string(let text): return text.withBytes { emitText($0) }
        case .null: emitPlain("null")
        case .bool(let value): emitPlain(value ? "true" : "false")
        case .int32(let value): emitPlain(String(value))
        case .int64(let value): emitPlain(String(value))
        case .integer(let digits): emitPlain(digits)
        case .double(let value): emitPlain(value.yaml)
        case .array(let elements):
            try emitSequence(elements)
            return false
        case .object(let object):
            try emitMapping(object)
            return false
        case .opaque(let type, _): throw PyYAMLError(code: .opaque(type: type))
        case .unrepresentable: throw PyYAMLError(code: .unrepresentable)
        }
        return true
    }

    private mutating func emitSequence(_ elements: [Value]) throws(PyYAMLError) {
        enterFlow("[")
        for index in elements.indices {
            if index > 0 { writeIndicator(",", needsSpace: false) }
            breakBeyondWidth()
            do throws(PyYAMLError) { try emit(elements[index]) } catch { throw error.inside(String(index)) }
        }
        leaveFlow("]")
    }

    private mutating func emitMapping(_ object: Object) throws(PyYAMLError) {
        enterFlow("{")
        let members = object.members
        let order = keyOrder.push(members)
        for place in order {
            let index = keyOrder[place]
            if place > order.lowerBound { writeIndicator(",", needsSpace: false) }
            breakBeyondWidth()
            members[index].key.withBytes { emitKey($0) }
            do throws(PyYAMLError) { try emit(members[index].value) } catch { throw error.inside(members[index].key) }
        }
        keyOrder.pop(order)
        leaveFlow("}")
    }

    private mutating func enterFlow(_ bracket: StaticString) {
        writeIndicator(bracket, needsSpace: true)
        endsInWhitespace = true
        indent += Self.indentStep
        isInFlow = true
    }

    private mutating func leaveFlow(_ bracket: StaticString) {
        indent -= Self.indentStep
        writeIndicator(bracket, needsSpace: false)
    }

    private mutating func breakBeyondWidth() {
        if column > Self.width { writeIndent() }
    }

    /// Writes a key and its colon. A key that is empty, long or has line breaks takes the form `? key : value`.
    private mutating func emitKey(_ key: UnsafeBufferPointer<UInt8>) {
        let analysis = ScalarAnalysis(key)
        if !key.isEmpty, !analysis.isMultiline, analysis.length < Self.simpleKeyLimit {
            emitText(key, analysis, mayFold: false)
            writeIndicator(":", needsSpace: false)
        } else {
            writeIndicator("?", needsSpace: true)
            emitText(key, analysis, mayFold: true)
            breakBeyondWidth()
            writeIndicator(":", needsSpace: true)
        }
    }

    /// Writes the text of a scalar that is no string. Such texts never need quotes and have no place to fold at.
    private mutating func emitPlain(_ text: String) {
        text.withBytes { bytes in
            beginPlain()
            write(bytes)
        }
    }

    @inline(__always)
    private mutating func emitText(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        emitText(text, ScalarAnalysis(text), mayFold: true)
    }

    /// Writes a string in the first style that it allows: plain, single quotes, double quotes. True if it is plain.
    @discardableResult
    private mutating func emitText(
        _ text: UnsafeBufferPointer<UInt8>, _ analysis: ScalarAnalysis, mayFold: Bool
    ) -> Bool {
        indent += Self.indentStep
        defer { indent -= Self.indentStep }
        if isInFlow ? analysis.allowsFlowPlain : analysis.allowsBlockPlain, Resolver.isText(text) {
            writePlain(text, mayFold: mayFold)
            return true
        }
        if analysis.allowsSingleQuotes {
            writeSingleQuoted(text, mayFold: mayFold)
        } else {
            writeDoubleQuoted(text, mayFold: mayFold)
        }
        return false
    }
}

/// Output, and the books about it.
extension Emitter {
    @inline(__always)
    mutating func write(_ bytes: some Collection<UInt8>) {
        output.append(contentsOf: bytes)
        column &+= bytes.count
    }

    @inline(__always)
    mutating func write(_ byte: UInt8) {
        output.append(byte)
        column &+= 1
    }

    @inline(__always)
    mutating func writeIndicator(_ indicator: StaticString, needsSpace: Bool) {
        if needsSpace, !endsInWhitespace { write(.space) }
        write(UnsafeBufferPointer(start: indicator.utf8Start, count: indicator.utf8CodeUnitCount))
        endText()
    }

    /// Says that what was written last is neither white space nor indentation.
    @inline(__always)
    mutating func endText() {
        endsInWhitespace = false
        isIndented = false
    }

    @inline(__always)
    mutating func beginPlain() {
        if !endsInWhitespace { write(.space) }
        endText()
    }

    mutating func writeIndent() {
        if !isIndented || column > indent || column == indent && !endsInWhitespace { writeLineBreak() }
        if column < indent {
            endsInWhitespace = true
            write(repeatElement(.space, count: indent - column))
        }
    }

    mutating func writeLineBreak() {
        output.append(.lineFeed)
        column = 0
        endsInWhitespace = true
        isIndented = true
    }
}
