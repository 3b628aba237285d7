// SPDX-License-Identifier: Apache-2.0

package import Values

extension VDUChange {
    /// What changed, a line for each field. Paths within the account's view of the VDU are shown from there on.
    package var lines: [String] {
        let view = view
        return changes.map { change in OwnedBytes.text { change.write(to: &$0, within: view) } }
    }

    /// The same in one line.
    package var line: String {
        let view = view
        return OwnedBytes.text(capacity: changes.count * 256) { output in
            let changes = changes.span
            for index in changes.indices {
                if index > 0 { output.append("; ") }
                changes[index].write(to: &output, within: view)
            }
        }
    }

    private var view: String { "\(VDUPlaces(of: record).info)." }
}

extension FieldChange: CustomStringConvertible {
    /// `path: old → new` for people. Of long texts it is shown where they part.
    package var description: String { OwnedBytes.text { write(to: &$0, within: "") } }

    /// - Parameter view: what the path is shown without.
    fileprivate func write(to output: inout OwnedBytes, within view: String) {
        output.append(path.description, without: view)
        output.append(": ")
        if case .string(let old)? = old, case .string(let new) = new, old.isLong || new.isLong {
            let difference = old.utf8.span.bytes.commonPrefix(with: new.utf8.span.bytes)
            output.appendPart(of: old, around: difference)
            output.append(" → ")
            output.appendPart(of: new, around: difference)
            output.append(" (")
            if old.utf8.count != new.utf8.count {
                output.append(String(old.utf8.count))
                output.append(" → ")
            }
            output.append(String(new.utf8.count))
            output.append(" bytes)")
        } else {
            if let old { old.summarise(to: &output) } else { output.append("(absent)") }
            output.append(" → ")
            new.summarise(to: &output)
        }
    }
}

extension Value {
    /// A short form for people.
    package var summary: String { OwnedBytes.text { summarise(to: &$0) } }

    fileprivate func summarise(to output: inout OwnedBytes) {
        switch self {
        case .null: output.append("null")
        case .bool(let value): output.append("\(value)")
        case .int32(let value): output.append("\(value)")
        case .int64(let value): output.append("\(value)")
        case .integer(let digits): output.append(digits)
        case .double(let value): output.append("\(value)")
        case .string(let text):
            output.appendPart(of: text, around: 0)
            if text.isLong { output.append(" (\(text.utf8.count) bytes)") }
        case .array(let elements): output.append("[\(elements.count) elements]")
        case .object(let object): output.append("{\(object.count) members}")
        case .opaque(let type, let bytes): output.append("(BSON type \(type), \(bytes.count) bytes)")
        case .unrepresentable: output.append("(unrepresentable)")
        }
    }
}

extension String {
    /// Texts of more bytes are shown in part.
    fileprivate static let longest = 80

    fileprivate var isLong: Bool { utf8.count > Self.longest }
}

extension OwnedBytes {
    /// So many bytes of a long text are shown, some of which stand before what matters.
    private static let shown = (before: 16, all: 56)

    /// Appends a text, without its beginning if that is this one.
    fileprivate mutating func append(_ text: String, without beginning: String) {
        let length = beginning.utf8.count
        let isThere = text.utf8.span.bytes.commonPrefix(with: beginning.utf8.span.bytes) == length
        text.utf8.span.withUnsafeBufferPointer { append(UnsafeBufferPointer(rebasing: $0[(isThere ? length : 0)...])) }
    }

    /// Appends a text between quotes; of a long one a part, a line break and what indents the next line as one space.
    fileprivate mutating func appendPart(of text: String, around offset: Int) {
        append("\"")
        text.utf8.span.withUnsafeBufferPointer { text in
            guard text.count > String.longest else { return append(text) }
            let start = text.scalarStart(atOrBefore: max(0, offset - Self.shown.before))
            let end = text.scalarStart(atOrBefore: min(text.count, start + Self.shown.all))
            if start > 0 { append("…") }
            appendInOneLine(UnsafeBufferPointer(rebasing: text[start..<end]))
            if end < text.count { append("…") }
        }
        append("\"")
    }

    private mutating func appendInOneLine(_ text: UnsafeBufferPointer<UInt8>) {
        guard text.contains(UInt8(ascii: "\n")) else { return append(text) }
        var offset = 0
        while offset < text.count {
            if text[offset] == UInt8(ascii: "\n") {
                append(UInt8(ascii: " "))
                repeat { offset += 1 } while offset < text.count && text[offset] == UInt8(ascii: " ")
            } else {
                append(text[offset])
                offset += 1
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Where the Unicode scalar begins that a byte belongs to: the first of its bytes is none of 0x80 to 0xBF.
    fileprivate func scalarStart(atOrBefore offset: Int) -> Int {
        var start = offset
        while start > 0, start < count, self[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }
}
