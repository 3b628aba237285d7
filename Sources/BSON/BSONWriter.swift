// SPDX-License-Identifier: Apache-2.0

public import Values

/// Writes a document straight into bytes: filters and updates need no tree.
///
/// Appending never throws: the writer remembers the first fault, and `finish()` throws it.
///
/// ```swift
/// var filter = BSONWriter()
/// filter.append("_id", string: id)
/// filter.appendDocument("vdur.0.status") { $0.append("$ne", string: "DELETING") }
/// let bytes = try filter.finish()
/// ```
public struct BSONWriter: ~Copyable {
    /// What a document may not exceed: its length is an int32. (The server's limit is its own affair.)
    private static let maximumLength = Int(Int32.max)

    private var bytes: OwnedBytes
    private var depth = 1
    private(set) var failure: BSONError?

    /// - Parameter capacity: the bytes for which room is made at once.
    public init(capacity: Int = 256) {
        bytes = OwnedBytes(capacity: capacity)
        bytes.append(littleEndian: Int32(0))
    }

    private init(into memory: UnsafeMutableBufferPointer<UInt8>) {
        bytes = OwnedBytes(lent: memory)
        bytes.append(littleEndian: Int32(0))
    }

    /// Writes a document behind other bytes, where it stays; nothing, if it cannot be written.
    ///
    /// - Parameter capacity: about as many bytes as it has; of more there is a copy.
    /// - Returns: where it is.
    public static func append(
        to bytes: inout [UInt8], capacity: Int, _ body: (inout BSONWriter) -> Void
    ) throws(BSONError) -> Range<Int> {
        let start = bytes.count
        var larger: [UInt8]?
        try bytes.append(addingCapacity: capacity) { (output) throws(BSONError) in
            try output.withUnsafeMutableBufferPointer { (memory, count) throws(BSONError) in
                var writer = BSONWriter(into: UnsafeMutableBufferPointer(rebasing: memory.prefix(capacity)))
                body(&writer)
                writer.close(0)
                if let failure = writer.failure { throw failure }
                if writer.bytes.isLent { count = writer.bytes.count } else { larger = Array(writer.bytes.bytes) }
            }
        }
        if let larger { bytes += larger }
        return start..<bytes.count
    }

    /// A writer that takes over `other`'s bytes, so that they are not copied.
    init(taking other: inout BSONWriter) {
        bytes = OwnedBytes(capacity: 0)
        swap(&bytes, &other.bytes)
        depth = other.depth
        failure = other.failure
    }

    /// Ends the document.
    public consuming func finish() throws(BSONError) -> [UInt8] {
        close(0)
        if let failure { throw failure }
        return Array(bytes.bytes)
    }

    /// Appends a value of any type, with all that it holds.
    public mutating func append(_ key: String, _ value: Value) {
        switch value {
        case .null: appendNull(key)
        case .bool(let value): append(key, bool: value)
        case .int32(let value): append(key, int32: value)
        case .int64(let value): append(key, int64: value)
        case .integer: fail(.integerTooLarge, key)
        case .double(let value): append(key, double: value)
        case .string(let value): append(key, string: value)
        case .array(let values): appendArray(key) { array in for value in values { array.append(value) } }
        case .object(let object):
            appendDocument(key) { inner in
                for member in object.members { inner.append(member.key, member.value) }
            }
        case .opaque(let type, let bytes): append(key, type: type, bytes: bytes)
        case .unrepresentable: fail(.unrepresentable, key)
        }
    }

    /// Appends a null.
    public mutating func appendNull(_ key: String) { begin(key, BSONType.null) }

    /// Appends a truth value.
    public mutating func append(_ key: String, bool value: Bool) {
        begin(key, BSONType.bool)
        bytes.append(value ? 1 : 0)
    }

    /// Appends an integer of 32 bits.
    public mutating func append(_ key: String, int32 value: Int32) {
        begin(key, BSONType.int32)
        bytes.append(littleEndian: value)
    }

    /// Appends an integer of 64 bits.
    public mutating func append(_ key: String, int64 value: Int64) {
        begin(key, BSONType.int64)
        bytes.append(littleEndian: value)
    }

    /// Appends a number with a fraction.
    public mutating func append(_ key: String, double value: Double) {
        begin(key, BSONType.double)
        bytes.append(littleEndian: value.bitPattern)
    }

    /// Appends a string.
    public mutating func append(_ key: String, string value: String) {
        begin(key, BSONType.string)
        value.utf8.span.withUnsafeBufferPointer { text in
            bytes.append(littleEndian: Int32(truncatingIfNeeded: text.count + 1))
            append(terminated: text)
        }
        if value.utf8.count >= Self.maximumLength { fail(.tooLarge, key) }
    }

    /// Appends a whole document that is already bytes; only its own length and end are checked.
    public mutating func append(_ key: String, document: [UInt8]) {
        append(key, type: BSONType.document, bytes: document)
    }

    /// Appends all elements of a document that another writer made.
    public mutating func append(elementsOf document: [UInt8]) {
        if document.count < 5 { fail(.truncated, "") }
        document.withUnsafeBufferPointer { bytes.append(UnsafeBufferPointer(rebasing: $0.dropFirst(4).dropLast())) }
    }

    /// Appends a value as an element or another writer had it.
    public mutating func append(_ key: String, _ element: BSONElement) {
        begin(key, element.type)
        append(valueOf: element)
    }

    /// Appends a value as an element or another writer had it.
    ///
    /// - Parameter key: UTF-8 without NUL.
    /// - Returns: where key and value begin in the outermost document.
    @discardableResult
    public mutating func append(utf8 key: UnsafeRawBufferPointer, _ element: BSONElement) -> (key: Int, value: Int) {
        begin(utf8: key, element.type)
        let value = bytes.count
        append(valueOf: element)
        return (value - key.count - 1, value)
    }

    private mutating func append(valueOf element: BSONElement) {
        element.value.withMemoryRebound(to: UInt8.self) { bytes.append($0) }
    }

    /// Appends a value as its bytes, as they are in `Value.opaque` or `BSONElement.value`.
    public mutating func append(_ key: String, type: UInt8, bytes value: [UInt8]) {
        begin(key, type)
        let length = value.withUnsafeBytes { value in
            Result { () throws(BSONError) in try BSONBytes(value, offset: 0).valueLength(type: type) }
        }
        switch length {
        case .success(value.count): value.withUnsafeBufferPointer { bytes.append($0) }
        case .success: fail(.wrongLength, key)
        case .failure(let error): fail(error.reason, key)
        }
    }

    /// Appends a document that `body` fills.
    public mutating func appendDocument<Failure: Error>(
        _ key: String, _ body: (inout BSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        let start = open(key, BSONType.document)
        let sound = failure == nil
        defer { close(start, key, sound) }
        if depth <= BSONType.maximumDepth { try body(&self) } else { fail(.tooDeep, "") }
    }

    /// Appends an array that `body` fills.
    public mutating func appendArray<Failure: Error>(
        _ key: String, _ body: (inout BSONArrayWriter) throws(Failure) -> Void
    ) throws(Failure) {
        let start = open(key, BSONType.array)
        let sound = failure == nil
        defer { close(start, key, sound) }
        if depth <= BSONType.maximumDepth {
            var array = BSONArrayWriter(taking: &self)
            defer { swap(&self, &array.writer) }
            try body(&array)
        } else {
            fail(.tooDeep, "")
        }
    }

    /// `BSONArrayWriter.append`.
    mutating func append(
        at index: Int, _ key: UnsafeRawBufferPointer, _ name: StaticString, _ element: BSONElement, and rest: [UInt8]
    ) -> (key: Int, value: Int) {
        guard rest.count >= 5 else {
            fail(.truncated, "")
            return (bytes.count, bytes.count)
        }
        // Type, key and terminator, value; the rest without its length and its end; then an end of its own.
        let inner = 4 + 1 + name.utf8CodeUnitCount + 1 + element.value.count + rest.count - 5 + 1
        let outer = 4 + 1 + key.count + 1 + inner + 1
        bytes.reserve(22 + outer)
        bytes.append(unchecked: BSONType.document)
        bytes.append(number: index)
        bytes.append(unchecked: 0)
        bytes.append(littleEndian: Int32(truncatingIfNeeded: outer))
        bytes.append(unchecked: BSONType.document)
        let keyStart = bytes.count
        bytes.append(unchecked: key)
        bytes.append(unchecked: 0)
        bytes.append(littleEndian: Int32(truncatingIfNeeded: inner))
        bytes.append(unchecked: element.type)
        bytes.append(unchecked: name.bytes)
        bytes.append(unchecked: 0)
        let valueStart = bytes.count
        bytes.append(unchecked: element.value)
        rest.withUnsafeBytes { bytes.append(unchecked: UnsafeRawBufferPointer(rebasing: $0[4..<($0.count - 1)])) }
        bytes.append(unchecked: 0)
        bytes.append(unchecked: 0)
        if outer > Self.maximumLength { fail(.tooLarge, "") }
        return (keyStart, valueStart)
    }

    private mutating func open(_ key: String, _ type: UInt8) -> Int {
        begin(key, type)
        let start = bytes.count
        bytes.append(littleEndian: Int32(0))
        depth += 1
        return start
    }

    /// Ends the inner document of `key`; a fault that arose within it gets the key before its path.
    private mutating func close(_ start: Int, _ key: String, _ wasSound: Bool) {
        close(start)
        if wasSound { failure = failure?.inside(key) }
    }

    /// Ends the document that begins at `start` and puts its length there.
    private mutating func close(_ start: Int) {
        bytes.append(0)
        depth -= 1
        let length = bytes.count - start
        if length > Self.maximumLength { fail(.tooLarge, "") }
        bytes.replace(at: start, littleEndian: Int32(truncatingIfNeeded: length))
    }

    private mutating func begin(_ key: String, _ type: UInt8) {
        bytes.append(type)
        let hasNUL = key.utf8.span.withUnsafeBufferPointer { text in
            append(terminated: text)
            return UnsafeRawBufferPointer(text).bytes.firstIndex(of: 0, from: 0) != nil
        }
        if hasNUL { fail(.keyWithNUL, key) }
    }

    private mutating func begin(utf8 key: UnsafeRawBufferPointer, _ type: UInt8) {
        bytes.append(type)
        key.withMemoryRebound(to: UInt8.self) { append(terminated: $0) }
    }

    private mutating func append(terminated text: UnsafeBufferPointer<UInt8>) {
        bytes.reserve(text.count &+ 1)
        bytes.append(unchecked: text)
        bytes.append(unchecked: 0)
    }

    private mutating func fail(_ reason: BSONError.Reason, _ key: String) {
        guard failure == nil else { return }
        failure = BSONError(reason, at: bytes.count, path: key)
    }
}
