// SPDX-License-Identifier: Apache-2.0

public import Values

/// Writes the elements of an array inside a `BSONWriter`.
public struct BSONArrayWriter: ~Copyable {
    var writer: BSONWriter
    private var count = 0

    init(taking writer: inout BSONWriter) { self.writer = BSONWriter(taking: &writer) }

    /// Appends an element of any type.
    public mutating func append(_ value: Value) { writer.append(nextKey(), value) }

    /// Appends a string.
    public mutating func append(string value: String) { writer.append(nextKey(), string: value) }

    /// Appends a whole document that is already bytes; only its own length and end are checked.
    public mutating func append(document: [UInt8]) { writer.append(nextKey(), document: document) }

    /// Appends a document that `body` fills.
    public mutating func appendDocument<Failure: Error>(
        _ body: (inout BSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try writer.appendDocument(nextKey(), body)
    }

    /// Appends a document of one element, which is a document itself: of one element and those that are left of another
    /// document. Without a step for each of these, since conditions of a query are such.
    ///
    /// - Parameters:
    ///   - key: UTF-8 without NUL, and so is the name of the element.
    ///   - rest: a document that another writer made.
    /// - Returns: where key and value begin in the outermost document.
    @discardableResult
    public mutating func append(
        _ key: UnsafeRawBufferPointer, _ name: StaticString, _ element: BSONElement, and rest: [UInt8] = BSON.empty
    ) -> (key: Int, value: Int) {
        defer { count += 1 }
        return writer.append(at: count, key, name, element, and: rest)
    }

    private mutating func nextKey() -> String {
        defer { count += 1 }
        return String(index: count)
    }
}
