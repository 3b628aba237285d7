// SPDX-License-Identifier: Apache-2.0

package import Values

/// A value of a JSON document, read where it lies. It says what the `Value` that it stands for would say.
package struct JSONNode: Sendable {
    private let document: JSONDocument
    let index: Int

    init(_ document: JSONDocument, _ index: Int) {
        self.document = document
        self.index = index
    }

    /// The member of an object; `nil` if this is no object or has no such key.
    package subscript(key: String) -> JSONNode? { self.key(key).map { JSONNode(document, $0 + 1) } }

    /// False for an object with a lone surrogate in a key, too.
    package var isObject: Bool { entry.kind == .object && !entry.isUnrepresentable }

    /// What Python's `bool(value)` says: null, false, zero and everything empty are false.
    package var isTruthy: Bool {
        let entry = entry
        guard !entry.isUnrepresentable else { return true }
        return document.withIndexedText { text in
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
    }

    /// The text of a string; `nil` if this is no string, or one with a lone surrogate.
    package var string: String? {
        let entry = entry
        return entry.kind == .string ? document.withIndexedText { $0.string(entry) } : nil
    }

    /// The value with all that is inside it.
    package var value: Value {
        document.withIndexedText { text in
            var decoder = ValueDecoder(text)
            return decoder.value(at: index)
        }
    }

    /// The entry of the key of an object's member.
    func key(_ name: String) -> Int? {
        isObject ? document.withIndexedText { $0.key(name, of: index) } : nil
    }

    private var entry: JSONEntry { document.withIndexedText { $0.entries[index] } }
}
