// SPDX-License-Identifier: Apache-2.0

/// The types of elements that VIMWatch looks into. All others of <https://bsonspec.org/spec.html> are carried opaquely.
public enum BSONType {
    /// A number of 64 bits with a fraction.
    public static let double: UInt8 = 0x01
    /// UTF-8, after its length and before a NUL.
    public static let string: UInt8 = 0x02
    /// A document within the document.
    public static let document: UInt8 = 0x03
    /// A document whose keys are the numbers from zero.
    public static let array: UInt8 = 0x04
    /// A byte, 0 or 1.
    public static let bool: UInt8 = 0x08
    /// No bytes at all.
    public static let null: UInt8 = 0x0A
    /// A signed integer of 32 bits.
    public static let int32: UInt8 = 0x10
    /// A signed integer of 64 bits.
    public static let int64: UInt8 = 0x12

    /// The depth of nesting that is read and written. MongoDB itself stores 100 levels.
    public static let maximumDepth = 200

    /// Types that `Value` has a case of its own for.
    static func isNatural(_ type: UInt8) -> Bool {
        switch type {
        case double, string, document, array, bool, null, int32, int64: true
        default: false
        }
    }
}

/// Bytes that begin with the value of an element, and where they are in their document.
struct BSONBytes {
    let bytes: UnsafeRawBufferPointer
    let offset: Int

    init(_ bytes: UnsafeRawBufferPointer, offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    /// The length of the value of type `type` that begins here, having checked that it ends within these bytes and
    /// that its own lengths and terminators hold.
    @inline(__always)
    func valueLength(type: UInt8) throws(BSONError) -> Int {
        switch type {
        case 0x01, 0x09, 0x11, 0x12: return try fixed(8)
        case 0x02, 0x0D, 0x0E: return try string(at: 0)
        case 0x03, 0x04: return try document(at: 0)
        case 0x05:
            guard let length = int32(at: 0), length >= 0 else { throw error(.wrongLength) }
            return try fixed(4 + 1 + length)
        case 0x06, 0x0A, 0x7F, 0xFF: return 0
        case 0x07: return try fixed(12)
        case 0x08:
            guard try bytes[fixed(1) - 1] < 2 else { throw error(.invalidBoolean) }
            return 1
        case 0x0B: return try cString(at: cString(at: 0))
        case 0x0C: return try fixed(string(at: 0) + 12)
        case 0x0F: return try codeWithScope()
        case 0x10: return try fixed(4)
        case 0x13: return try fixed(16)
        default: throw error(.unknownType)
        }
    }

    @inline(__always)
    func int32(at index: Int) -> Int? {
        guard index + 4 <= bytes.count else { return nil }
        return Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: Int32.self)))
    }

    @inline(never)
    private func error(_ reason: BSONError.Reason) -> BSONError { BSONError(reason, at: offset) }

    @inline(__always)
    private func fixed(_ length: Int) throws(BSONError) -> Int {
        guard length <= bytes.count else { throw error(.truncated) }
        return length
    }

    /// The end of a string that starts at `index`.
    @inline(__always)
    private func string(at index: Int) throws(BSONError) -> Int {
        guard let length = int32(at: index) else { throw error(.truncated) }
        guard length >= 1 else { throw error(.wrongLength) }
        let end = try fixed(index + 4 + length)
        guard bytes[end - 1] == 0 else { throw error(.missingTerminator) }
        return end
    }

    /// The end of a document that starts at `index`; its elements are checked when they are iterated.
    @inline(__always)
    private func document(at index: Int) throws(BSONError) -> Int {
        guard let length = int32(at: index) else { throw error(.truncated) }
        guard length >= 5 else { throw error(.wrongLength) }
        let end = try fixed(index + length)
        guard bytes[end - 1] == 0 else { throw error(.missingTerminator) }
        return end
    }

    private func cString(at index: Int) throws(BSONError) -> Int {
        guard let end = bytes[index...].firstIndex(of: 0) else { throw error(.missingTerminator) }
        return end + 1
    }

    private func codeWithScope() throws(BSONError) -> Int {
        guard let length = int32(at: 0) else { throw error(.truncated) }
        let end = try document(at: string(at: 4))
        guard end == length else { throw error(.wrongLength) }
        return end
    }
}
