// SPDX-License-Identifier: Apache-2.0

public import Values

/// One element of a document: its key, its type and the bytes of its value, valid as long as the document's bytes.
public struct BSONElement {
    /// The key's bytes, without the terminator; not checked to be UTF-8.
    public let key: UnsafeRawBufferPointer
    /// A type byte; see `BSONType`.
    public let type: UInt8
    /// The value as the document holds it: a string with its length and terminator, a document whole.
    public let value: UnsafeRawBufferPointer
    let offset: Int

    /// The bytes of a string without length and terminator, not checked to be UTF-8; `nil` for any other type.
    public var utf8: UnsafeRawBufferPointer? {
        type == BSONType.string ? UnsafeRawBufferPointer(rebasing: value[4..<(value.count - 1)]) : nil
    }

    /// A string; `nil` for any other type.
    public func string() throws(BSONError) -> String? {
        guard let utf8 else { return nil }
        return try text(utf8)
    }

    /// An int32 or int64; `nil` for any other type.
    public var int: Int64? {
        switch type {
        case BSONType.int32: Int64(Int32(littleEndian: value.loadUnaligned(as: Int32.self)))
        case BSONType.int64: Int64(littleEndian: value.loadUnaligned(as: Int64.self))
        default: nil
        }
    }

    /// The number; nil for any other type, an integer's too.
    public var double: Double? {
        guard type == BSONType.double else { return nil }
        return Double(bitPattern: UInt64(littleEndian: value.loadUnaligned(as: UInt64.self)))
    }

    /// The truth value; nil for any other type.
    public var bool: Bool? { type == BSONType.bool ? value[0] == 1 : nil }

    /// Whether it is there, but null.
    public var isNull: Bool { type == BSONType.null }

    /// A document or an array; `nil` for any other type.
    public var document: BSONView? {
        type == BSONType.document || type == BSONType.array ? BSONView(checked: value, offset: offset) : nil
    }

    /// The key; an error if it is not UTF-8.
    public func keyText() throws(BSONError) -> String { try text(key) }

    /// The value as a tree.
    public func decoded() throws(BSONError) -> Value { try decoded(depth: 1) }

    func decoded(depth: Int) throws(BSONError) -> Value {
        switch type {
        case BSONType.double: return .double(double ?? 0)
        case BSONType.string: return .string(try string() ?? "")
        case BSONType.document:
            return .object(try BSONView(checked: value, offset: offset).decoded(depth: depth + 1))
        case BSONType.array:
            return .array(try BSONView(checked: value, offset: offset).decodedArray(depth: depth + 1))
        case BSONType.bool: return .bool(value[0] == 1)
        case BSONType.null: return .null
        case BSONType.int32: return .int32(Int32(truncatingIfNeeded: int ?? 0))
        case BSONType.int64: return .int64(int ?? 0)
        default: return .opaque(type: type, bytes: [UInt8](value))
        }
    }

    private func text(_ bytes: UnsafeRawBufferPointer) throws(BSONError) -> String {
        guard let text = String(utf8: bytes) else { throw BSONError(.invalidUTF8, at: offset) }
        return text
    }
}

extension BSONElement {
    /// An element without a key.
    ///
    /// - Parameter value: of that type, as an element or a writer had it.
    public init(type: UInt8, value: UnsafeRawBufferPointer) {
        self.init(key: UnsafeRawBufferPointer(start: nil, count: 0), type: type, value: value, offset: 0)
    }
}
