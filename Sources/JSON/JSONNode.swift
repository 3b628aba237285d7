// SPDX-License-Identifier: Apache-2.0

package import Values

/// A value of a JSON document, read where it lies; valid as long as the document lends it. It says what the `Value` that
/// it stands for would say.
package struct JSONNode {
    let text: IndexedText
    let index: Int

    @usableFromInline
    init(_ text: IndexedText, _ index: Int) {
        self.text = text
        self.index = index
    }

    /// The member of an object; `nil` if this is no object or has no such key.
    package subscript(key: StaticString) -> JSONNode? { self[utf8: key.bytes] }

    /// The same for any text.
    subscript(utf8 key: UnsafeRawBufferPointer) -> JSONNode? {
        isObject ? text.key(key, of: index).map { JSONNode(text, $0 + 1) } : nil
    }

    /// False for an object with a lone surrogate in a key, too.
    package var isObject: Bool { entry.kind == .object && !entry.isUnrepresentable }

    package var isString: Bool { entry.kind == .string }

    /// What Python's `bool(value)` says: null, false, zero and everything empty are false.
    package var isTruthy: Bool {
        let entry = entry
        guard !entry.isUnrepresentable else { return true }
        switch entry.kind {
        case .null, .false: return false
        case .true: return true
        case .integer: return NumberScanner(text.source(of: entry)).integer.isTruthy
        case .double: return text.double(entry) != 0
        case .string: return entry.length > 0
        case .array: return entry.next > index + 1
        case .object:
            var isTruthy = false
            text.forEachKey(of: index) { _ in isTruthy = true }
            return isTruthy
        }
    }

    package var isArray: Bool { entry.kind == .array }

    /// Gives the elements of an array one by one; none if this is no array.
    package func forEachElement<Failure>(_ body: (JSONNode) throws(Failure) -> Void) throws(Failure) {
        guard isArray else { return }
        try text.forEachElement(of: index) { (element) throws(Failure) in try body(JSONNode(text, element)) }
    }

    /// The first element of an array; `nil` if there is none.
    package var first: JSONNode? { isArray && isTruthy ? JSONNode(text, index + 1) : nil }

    /// The text of a string; `nil` if this is no string, or one with a lone surrogate.
    package var string: String? { entry.kind == .string ? text.string(entry) : nil }

    /// The text of a string as it stands in the document; `nil` if this is no string, or one with escapes.
    package var utf8: UnsafeRawBufferPointer? {
        entry.kind == .string && !entry.hasEscape ? text.source(of: entry) : nil
    }

    /// The value with all that is inside it.
    package var value: Value {
        var decoder = ValueDecoder(text)
        return decoder.value(at: index)
    }

    /// The entry of the key of an object's member.
    func key(_ name: StaticString) -> Int? { isObject ? text.key(name.bytes, of: index) : nil }

    var entry: JSONEntry { text.entries[index] }
}
