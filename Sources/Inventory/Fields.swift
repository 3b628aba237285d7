// SPDX-License-Identifier: Apache-2.0

package import BSON
package import Values

/// A document of a record, read where it lies: only what is asked for is decoded. Valid while it is lent.
package struct Fields {
    private let index: BSONIndex

    private init(_ index: BSONIndex) { self.index = index }

    /// Reads a whole document. Valid as long as its bytes, and until its memory is used anew.
    ///
    /// - Parameters:
    ///   - isChecked: whether it was checked before. Otherwise it is now, to the last byte, so that whatever is read later
    ///     is sound. Should it not be sound, an embedded document with a fault is missing; nothing is read outside of the
    ///     bytes.
    ///   - memory: that is used for it, anew. It has to live as long.
    init(_ bytes: UnsafeRawBufferPointer, isChecked: Bool, in memory: borrowing BSONIndexMemory) throws(BSONError) {
        let view = try BSONView(validating: bytes)
        if !isChecked { try view.validate() }
        memory.removeAll()
        index = try BSONIndex(view, in: memory)
    }

    /// Lends a whole document, of which nothing was checked.
    package static func lent<Result>(
        _ bytes: UnsafeRawBufferPointer, _ body: (Fields) -> Result
    ) throws(BSONError) -> Result {
        let memory = BSONIndexMemory()
        let fields = try Fields(bytes, isChecked: false, in: memory)
        return withExtendedLifetime(memory) { body(fields) }
    }

    /// What an element holds, if that is a document and sound.
    func fields(in element: BSONElement?) -> Fields? {
        guard let element, element.type == BSONType.document else { return nil }
        return index.index(of: element).map { Fields($0) }
    }

    /// A document without fields.
    var empty: Fields { Fields(index.empty) }

    package subscript(key: StaticString) -> Value? { element(key).flatMap { try? $0.decoded() } }

    /// The text of a field; `nil` if it is missing or no text.
    func text(_ key: StaticString) -> String? { element(key).flatMap { try? $0.string() } }

    /// The id that a field holds as a text; `nil` if it is missing or no text.
    func id(_ key: StaticString) -> ResourceID? { element(key)?.utf8.map { ResourceID(utf8: $0) } }

    /// Whether a field is this text.
    func says(_ text: StaticString, at key: StaticString) -> Bool {
        element(key)?.holds(text.bytes) ?? false
    }

    /// An embedded document; `nil` if the field is missing or of another type.
    func fields(_ key: StaticString) -> Fields? { fields(in: element(key)) }

    /// The elements of an array; `nil` if the field is missing or of another type.
    func elements(_ key: StaticString) -> [BSONElement]? {
        var result: [BSONElement] = []
        return forEachElement(of: key) { result.append($0) } ? result : nil
    }

    /// Shows `body` the elements of an array; false if the field is missing or of another type.
    @discardableResult
    func forEachElement(of key: StaticString, _ body: (BSONElement) -> Void) -> Bool {
        guard let element = element(key), element.type == BSONType.array,
            var elements = element.document?.makeIterator()
        else { return false }
        while let element = try? elements.next() { body(element) }
        return true
    }

    /// One element of an array; `nil` if there is none.
    func element(_ index: Int, of key: StaticString) -> BSONElement? {
        guard index >= 0, let array = element(key), array.type == BSONType.array,
            var elements = array.document?.makeIterator()
        else { return nil }
        for _ in 0..<index { guard (try? elements.next()) != nil else { return nil } }
        return try? elements.next()
    }

    /// Whether a field is there and is not null.
    func has(_ key: StaticString) -> Bool { element(key).map { !$0.isNull } ?? false }

    /// What Python's `bool(value)` says of a field; false if it is missing.
    func isTruthy(_ key: StaticString) -> Bool { self[key]?.isTruthy ?? false }

    /// Whether MongoDB finds this text in a field: as its value, or as an element of a list.
    func matches(_ text: String, at key: StaticString) -> Bool {
        guard let element = element(key) else { return false }
        let elements = element.type == BSONType.array ? elements(key) ?? [] : [element]
        return elements.contains { $0.utf8?.bytes.equals(text.utf8.span.bytes) ?? false }
    }

    /// Whether two fields hold the same bytes.
    func holdsTheSame(at first: StaticString, as second: StaticString) -> Bool {
        guard let first = element(first), let second = element(second) else { return false }
        return first.type == second.type && first.value.bytes.equals(second.value.bytes)
    }

    /// The document as a tree.
    var object: Object { (try? index.document.decoded()) ?? Object() }

    func element(_ key: StaticString) -> BSONElement? { index.element(key) }

    /// The same for a key that is not known beforehand.
    func element(named key: String) -> BSONElement? { index.element(named: key) }
}

extension BSONElement {
    /// Whether it is this text.
    func holds(_ utf8: UnsafeRawBufferPointer) -> Bool { self.utf8?.bytes.equals(utf8.bytes) ?? false }

    /// Whether it is this value, type included.
    func holds(_ value: Value) -> Bool {
        switch value {
        case .null: isNull
        case .string(let text): utf8?.bytes.equals(text.utf8.span.bytes) ?? false
        default: (try? decoded())?.isIdentical(to: value) ?? false
        }
    }

    /// Whether it is the same value as another, type included.
    func holds(_ other: BSONElement) -> Bool {
        guard type == other.type else { return false }
        if value.bytes.equals(other.value.bytes) { return true }
        // The same members may be in another order.
        guard document != nil, let other = try? other.decoded() else { return false }
        return holds(other)
    }

    /// Whether it is the same as another as Python compares them.
    func isEqualInPython(to other: BSONElement) -> Bool {
        // Texts that are not the same are not equal, and need no second look.
        if let text = utf8, let new = other.utf8 { return text.bytes.equals(new.bytes) }
        guard let old = try? decoded(), let new = try? other.decoded() else { return false }
        return old.isEqualInPython(to: new)
    }
}
