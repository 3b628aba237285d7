// SPDX-License-Identifier: Apache-2.0

import BSON
import JSON
import Values

/// Values that lie together, each as BSON has it: a string between its length, an int32 that counts the terminator, and
/// the terminator. So each can be compared and written as it lies there. They are lent.
struct SeenValues {
    let bytes: UnsafeRawBufferPointer

    func element(_ value: SeenValue) -> BSONElement { value.element(in: bytes) }
}

/// Where one of them lies.
struct SeenValue: BitwiseCopyable {
    /// See `BSONType`.
    let type: UInt8
    private let start: UInt32
    private let end: UInt32

    /// - Parameter range: below 4 GiB.
    init(type: UInt8, range: Range<Int>) {
        self.type = type
        (start, end) = (UInt32(range.lowerBound), UInt32(range.upperBound))
    }

    var range: Range<Int> { Int(start)..<Int(end) }

    /// The value itself, valid as long as the bytes among which it lies.
    func element(in bytes: UnsafeRawBufferPointer) -> BSONElement {
        BSONElement(type: type, value: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    static let null = SeenValue(type: BSONType.null, range: 0..<0)
}

extension OwnedBytes {
    /// Appends a text as BSON has it; `nil` if there is no room for it: what travels together has far less than 2 GiB.
    mutating func append(value text: UnsafeRawBufferPointer) -> SeenValue? {
        let start = count
        guard text.count < Int(Int32.max) - start - 5 else { return nil }
        append(littleEndian: Int32(truncatingIfNeeded: text.count + 1))
        append(utf8: text)
        append(UInt8(0))
        return SeenValue(type: BSONType.string, range: start..<count)
    }

    /// Appends a value as BSON has it; `nil` if BSON cannot have it.
    mutating func append(value: Value) -> SeenValue? {
        if case .null = value { return .null }
        if case .int32(let number) = value { return append(value: number) }
        guard value.isStorable, let document = try? BSON.encode(["": value]) else { return nil }
        // Behind its length come the type and the terminator of the empty key.
        let start = count
        guard document.count < Int(Int32.max) - start else { return nil }
        document[6..<(document.count - 1)].withUnsafeBufferPointer { append($0) }
        return SeenValue(type: document[4], range: start..<count)
    }

    private mutating func append(value number: Int32) -> SeenValue {
        let start = count
        append(littleEndian: number)
        return SeenValue(type: BSONType.int32, range: start..<count)
    }

    /// Lends a value that was appended.
    func lent<Result>(_ value: SeenValue, _ body: (BSONElement) -> Result) -> Result {
        body(value.element(in: UnsafeRawBufferPointer(bytes)))
    }

    /// Appends what JSON says as BSON has it; `nil` if BSON cannot have it.
    mutating func append(value node: JSONNode) -> SeenValue? {
        node.utf8.map { append(value: $0) } ?? append(value: node.value)
    }
}

extension Value {
    /// Whether a BSON document can hold it.
    fileprivate var isStorable: Bool {
        switch self {
        case .integer, .unrepresentable: false
        case .array(let elements): elements.allSatisfy(\.isStorable)
        case .object(let object):
            object.members.allSatisfy { !$0.key.utf8.contains(0) && $0.value.isStorable }
        default: true
        }
    }
}
