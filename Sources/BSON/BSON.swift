// SPDX-License-Identifier: Apache-2.0

public import Values

/// Whole documents to values and back. `encode` restores the bytes that `decode` read, except for duplicate keys and
/// the keys of arrays, which are always "0", "1" …
public enum BSON {
    /// A document without elements.
    public static let empty: [UInt8] = [5, 0, 0, 0, 0]

    /// Reads one document. Every type of the specification is accepted; those that `Value` has no case for stay
    /// opaque. Of equal keys the last value counts, at the place of the first.
    public static func decode(_ bytes: UnsafeRawBufferPointer) throws(BSONError) -> Object {
        try BSONView(validating: bytes).decoded()
    }

    /// A document's elements as values, in their order.
    public static func decode(_ bytes: [UInt8]) throws(BSONError) -> Object {
        try bytes.withUnsafeBytes { bytes in Result { () throws(BSONError) in try decode(bytes) } }.get()
    }

    /// Writes one document.
    ///
    /// - Throws: if a value has no BSON form (`integerTooLarge`, `unrepresentable`), a key holds a NUL, or the document
    ///   is too deep or too large; the error's path names the key.
    public static func encode(_ object: Object) throws(BSONError) -> [UInt8] {
        var writer = BSONWriter()
        for member in object.members { writer.append(member.key, member.value) }
        return try writer.finish()
    }
}

extension BSONView {
    /// The document as a tree.
    public func decoded() throws(BSONError) -> Object { try decoded(depth: 1) }

    func decoded(depth: Int) throws(BSONError) -> Object {
        guard depth <= BSONType.maximumDepth else { throw BSONError(.tooDeep, at: offset) }
        var members: [Object.Member] = []
        members.reserveCapacity(8)
        var keys = KeyIndex()
        var iterator = makeIterator()
        while let element = try iterator.next() {
            let key = try element.keyText()
            let value: Value
            do throws(BSONError) { value = try element.decoded(depth: depth) } catch { throw error.inside(key) }
            if let first = keys.insert(element.key) {
                members[first].value = value
            } else {
                members.append(Object.Member(key: key, value: value))
            }
        }
        return Object(uniqueMembers: members)
    }

    func decodedArray(depth: Int) throws(BSONError) -> [Value] {
        guard depth <= BSONType.maximumDepth else { throw BSONError(.tooDeep, at: offset) }
        var values: [Value] = []
        var iterator = makeIterator()
        while let element = try iterator.next() {
            do throws(BSONError) {
                values.append(try element.decoded(depth: depth))
            } catch {
                throw error.inside(String(values.count))
            }
        }
        return values
    }
}
