// SPDX-License-Identifier: Apache-2.0

import Values

extension VDUChange {
    /// What changed, a line for each field. Paths within the account's view of the VDU are shown from there on.
    package var lines: [String] {
        let view = view
        return changes.map { change in
            var text = ""
            change.write(to: &text, within: view)
            return text
        }
    }

    /// The same in one line.
    package var line: String {
        let view = view
        var text = ""
        text.reserveCapacity(changes.count * 192)
        for change in changes {
            if !text.isEmpty { text += "; " }
            change.write(to: &text, within: view)
        }
        return text
    }

    private var view: String { "vdur.\(record.index).vim_info.\(record.vimKey)." }
}

extension FieldChange: CustomStringConvertible {
    /// `path: old → new` for people. Of long texts it is shown where they part.
    package var description: String {
        var text = ""
        write(to: &text, within: "")
        return text
    }

    /// - Parameter view: what the path is shown without.
    fileprivate func write(to output: inout String, within view: String) {
        output += path.description.dropping(prefix: view)
        output += ": "
        if case .string(let old)? = old, case .string(let new) = new, old.isLong || new.isLong {
            let difference = old.utf8.span.bytes.commonPrefix(with: new.utf8.span.bytes)
            output.appendPart(of: old, around: difference)
            output += " → "
            output.appendPart(of: new, around: difference)
            output += " ("
            if old.utf8.count != new.utf8.count {
                output += String(old.utf8.count)
                output += " → "
            }
            output += String(new.utf8.count)
            output += " bytes)"
        } else {
            if let old { old.summarise(to: &output) } else { output += "(absent)" }
            output += " → "
            new.summarise(to: &output)
        }
    }
}

extension Value {
    /// A short form for people.
    package var summary: String {
        var text = ""
        summarise(to: &text)
        return text
    }

    fileprivate func summarise(to output: inout String) {
        switch self {
        case .null: output += "null"
        case .bool(let value): output += "\(value)"
        case .int32(let value): output += "\(value)"
        case .int64(let value): output += "\(value)"
        case .integer(let digits): output += digits
        case .double(let value): output += "\(value)"
        case .string(let text):
            output.appendPart(of: text, around: 0)
            if text.isLong { output += " (\(text.utf8.count) bytes)" }
        case .array(let elements): output += "[\(elements.count) elements]"
        case .object(let object): output += "{\(object.count) members}"
        case .opaque(let type, let bytes): output += "(BSON type \(type), \(bytes.count) bytes)"
        case .unrepresentable: output += "(unrepresentable)"
        }
    }
}

extension String {
    /// Texts of more bytes are shown in part.
    private static let longest = 80
    /// So many bytes of them, some of which stand before what matters.
    private static let shown = (before: 16, all: 56)

    fileprivate var isLong: Bool { utf8.count > Self.longest }

    fileprivate func dropping(prefix: String) -> Substring {
        let length = prefix.utf8.count
        guard utf8.span.bytes.commonPrefix(with: prefix.utf8.span.bytes) == length else { return self[...] }
        return self[utf8.index(startIndex, offsetBy: length)...]
    }

    /// Appends a text between quotes; of a long one a part, a line break and what indents the next line as one space.
    fileprivate mutating func appendPart(of text: String, around offset: Int) {
        guard text.isLong else {
            self += "\""
            self += text
            self += "\""
            return
        }
        let start = text.scalarStart(atOrBefore: max(0, offset - Self.shown.before))
        let end = text.scalarStart(atOrBefore: min(text.utf8.count, start + Self.shown.all))
        self += start > 0 ? "\"…" : "\""
        let bytes = text.utf8.span
        var (lineStart, offset) = (start, start)
        while offset < end {
            guard bytes[offset] == UInt8(ascii: "\n") else {
                offset += 1
                continue
            }
            self += text[text.index(at: lineStart)..<text.index(at: offset)]
            self += " "
            repeat { offset += 1 } while offset < end && bytes[offset] == UInt8(ascii: " ")
            lineStart = offset
        }
        self += text[text.index(at: lineStart)..<text.index(at: end)]
        self += end < text.utf8.count ? "…\"" : "\""
    }

    private func index(at offset: Int) -> Index { utf8.index(startIndex, offsetBy: offset) }

    /// Where the Unicode scalar begins that a byte belongs to: the first of its bytes is none of 0x80 to 0xBF.
    private func scalarStart(atOrBefore offset: Int) -> Int {
        let bytes = utf8.span
        var start = offset
        while start > 0, start < bytes.count, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }
}
