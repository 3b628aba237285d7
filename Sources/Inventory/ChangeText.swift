// SPDX-License-Identifier: Apache-2.0

import BSON
package import Values

extension VDUChange {
    /// What changed, a line for each field. Paths within the account's view of the VDU are shown from there on.
    package var lines: [String] {
        var lines: [String] = []
        withView(ofVDU: record.index, record.account) { view in
            changes.lent { change in lines.append(OwnedBytes.text { change.write(to: &$0, within: view) }) }
        }
        return lines
    }

    /// The same in one line. What changes in a copy as it does elsewhere is not told twice.
    package var line: String { OwnedBytes.text { writeLine(to: &$0) } }

    /// Appends `line`.
    package func writeLine(to output: inout OwnedBytes) {
        guard let madeLine else {
            return output.append(changesOfVDU: record.index, record.account) { changes.lent($0) }
        }
        madeLine.lent { output.append(utf8: $0) }
    }
}

extension OwnedBytes {
    /// Appends `VDUChange.line` of changes to a VDU.
    ///
    /// - Parameters:
    ///   - index: its own, in its record.
    ///   - account: as which it is seen.
    ///   - lend: lends them one by one.
    mutating func append(changesOfVDU index: Int, _ account: String, _ lend: ((LentChange) -> Void) -> Void) {
        withView(ofVDU: index, account) { view in
            var (isFirst, hasCopy) = (true, false)
            lend { change in
                if change.isOfCopy { return hasCopy = true }
                if !isFirst { append(literal: "; ") }
                isFirst = false
                change.write(to: &self, within: view)
            }
            if hasCopy { append(literal: "; interfaces_backup likewise") }
        }
    }
}

/// Lends where an account's view of a VDU is.
private func withView<Result>(
    ofVDU index: Int, _ account: String, _ body: (UnsafeRawBufferPointer) -> Result
) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { memory in
        var view = OwnedBytes(lent: memory)
        view.append(literal: "vdur.")
        view.append(number: index)
        view.append(literal: ".vim_info.vim:")
        view.append(account)
        view.append(literal: ".")
        return body(UnsafeRawBufferPointer(view.bytes))
    }
}

extension FieldChange: CustomStringConvertible {
    /// `path: old → new` for people. Of long texts it is shown where they part.
    package var description: String {
        OwnedBytes.text { output in
            output.append(path.description)
            output.append(literal: ": ")
            if case .string(let old)? = old, case .string(let new) = new {
                old.utf8.span.withUnsafeBytes { old in
                    new.utf8.span.withUnsafeBytes { output.append(old, turningInto: $0) }
                }
            } else {
                output.append(old, turningInto: new)
            }
        }
    }
}

extension LentChange {
    /// As `FieldChange.description` says it.
    ///
    /// - Parameter view: what the path is shown without.
    fileprivate func write(to output: inout OwnedBytes, within view: UnsafeRawBufferPointer) {
        output.append(path, without: view)
        output.append(literal: ": ")
        if let old = old?.utf8, let new = new.utf8 {
            output.append(old, turningInto: new, common: common)
        } else {
            output.append(oldValue, turningInto: newValue)
        }
    }
}

extension Value {
    /// A short form for people.
    package var summary: String { OwnedBytes.text { summarise(to: &$0) } }

    fileprivate func summarise(to output: inout OwnedBytes) {
        switch self {
        case .null: output.append(literal: "null")
        case .bool(let value): output.append("\(value)")
        case .int32(let value): output.append("\(value)")
        case .int64(let value): output.append("\(value)")
        case .integer(let digits): output.append(digits)
        case .double(let value): output.append("\(value)")
        case .string(let text):
            text.utf8.span.withUnsafeBytes { output.appendPart(of: $0, around: 0) }
            if text.utf8.isLong { output.append(" (\(text.utf8.count) bytes)") }
        case .array(let elements): output.append("[\(elements.count) elements]")
        case .object(let object): output.append("{\(object.count) members}")
        case .opaque(let type, let bytes): output.append("(BSON type \(type), \(bytes.count) bytes)")
        case .unrepresentable: output.append(literal: "(unrepresentable)")
        }
    }
}

extension Collection<UInt8> {
    /// Texts of more than 80 bytes are shown in part.
    fileprivate var isLong: Bool { count > 80 }
}

extension OwnedBytes {
    /// So many bytes of a long text are shown, some of which stand before what matters.
    private static let shown = (before: 16, all: 56)

    /// Appends a text, without its beginning if that is this one.
    fileprivate mutating func append(_ text: UnsafeRawBufferPointer, without beginning: UnsafeRawBufferPointer) {
        let length = beginning.count
        let isThere = text.bytes.commonPrefix(with: beginning.bytes) == length
        text.withMemoryRebound(to: UInt8.self) {
            append(UnsafeBufferPointer(rebasing: $0[(isThere ? length : 0)...]))
        }
    }

    fileprivate mutating func append(_ old: Value?, turningInto new: Value) {
        if let old { old.summarise(to: &self) } else { append(literal: "(absent)") }
        append(literal: " → ")
        new.summarise(to: &self)
    }

    /// Appends two texts, long ones where they part.
    fileprivate mutating func append(
        _ old: UnsafeRawBufferPointer, turningInto new: UnsafeRawBufferPointer, common: Int? = nil
    ) {
        guard old.isLong || new.isLong else {
            appendPart(of: old, around: 0)
            append(literal: " → ")
            return appendPart(of: new, around: 0)
        }
        let difference = common ?? old.bytes.commonPrefix(with: new.bytes)
        appendPart(of: old, around: difference)
        append(literal: " → ")
        appendPart(of: new, around: difference)
        append(literal: " (")
        if old.count != new.count {
            append(number: old.count)
            append(literal: " → ")
        }
        append(number: new.count)
        append(literal: " bytes)")
    }

    /// Appends a text between quotes; of a long one a part, a line break and what indents the next line as one space.
    fileprivate mutating func appendPart(of text: UnsafeRawBufferPointer, around offset: Int) {
        append(UInt8(ascii: "\""))
        text.withMemoryRebound(to: UInt8.self) { text in
            guard text.isLong else { return append(text) }
            let start = text.scalarStart(atOrBefore: max(0, offset - Self.shown.before))
            let end = text.scalarStart(atOrBefore: min(text.count, start + Self.shown.all))
            if start > 0 { append(literal: "…") }
            appendInOneLine(UnsafeBufferPointer(rebasing: text[start..<end]))
            if end < text.count { append(literal: "…") }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendInOneLine(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        let bytes = UnsafeRawBufferPointer(text).bytes
        while let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start) {
            append(UnsafeBufferPointer(rebasing: text[start..<lineEnd]))
            append(UInt8(ascii: " "))
            start = lineEnd + 1
            while start < text.count, text[start] == UInt8(ascii: " ") { start += 1 }
        }
        append(UnsafeBufferPointer(rebasing: text[start...]))
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
