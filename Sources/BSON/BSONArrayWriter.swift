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

    private mutating func nextKey() -> String {
        defer { count += 1 }
        return String(index: count)
    }
}
