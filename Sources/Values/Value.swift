// SPDX-License-Identifier: Apache-2.0

/// A JSON or BSON value, kept exactly as its source wrote it.
///
/// Servers and ports (JSON) and records (BSON) meet in this one type, so that comparing them needs no conversion.
/// A JSON integer becomes `.int32` if it fits, else `.int64`, else `.integer`: the widths a MongoDB driver for Python
/// picks when it stores one, which is what OSM's own components write.
public enum Value: Sendable {
    case null
    case bool(Bool)
    case int32(Int32)
    case int64(Int64)
    /// An integer outside 64 bits: its decimal digits without leading zeros, with a leading "-" if negative.
    case integer(String)
    case double(Double)
    case string(String)
    case array([Value])
    case object(Object)
    /// A BSON value of a type that VIMWatch never looks into (ObjectId, date, decimal …): its type byte and the bytes
    /// of its value, to be written back as they came.
    case opaque(type: UInt8, bytes: [UInt8])
    /// JSON text that no Swift string and no BSON document can hold: a string with a lone surrogate.
    case unrepresentable
}

/// An object's members in the order of their source. Keys are unique; of equal keys in the source the last one counts.
public struct Object: Sendable {
    /// A key with its value.
    public struct Member: Sendable {
        /// The key.
        public var key: String
        /// The value.
        public var value: Value

        /// A member of its two parts.
        public init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// The members in their order.
    public private(set) var members: [Member]

    /// An object without members.
    public init() { members = [] }

    /// Builds an object from members whose keys are known to be unique.
    public init(uniqueMembers members: [Member]) { self.members = members }

    /// How many members there are.
    public var count: Int { members.count }
    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }

    /// Where in `members` a key is; nil if it is not there.
    public func index(of key: String) -> Int? {
        members.firstIndex { $0.key.isIdentical(toText: key) }
    }

    /// The value of a key; `nil` if the key is absent, which is not the same as `.null`. Setting replaces the value in
    /// place or appends a member; setting `nil` removes it.
    public subscript(key: String) -> Value? {
        get { index(of: key).map { members[$0].value } }
        set {
            switch (index(of: key), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension Object: ExpressibleByDictionaryLiteral {
    /// An object written out.
    public init(dictionaryLiteral elements: (String, Value)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral
{
    /// A string written out.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A truth value written out.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A number with a fraction written out.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// An integer written out.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// An array written out.
    public init(arrayLiteral elements: Value...) { self = .array(elements) }
    /// An object written out.
    public init(dictionaryLiteral elements: (String, Value)...) {
        var object = Object()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}

extension Value {
    /// An integer in the width that a MongoDB driver would pick for it.
    public static func int(_ value: Int64) -> Value {
        Int32(exactly: value).map(Value.int32) ?? .int64(value)
    }

    /// The object; nil for any other kind.
    public var object: Object? { if case .object(let object) = self { object } else { nil } }
    /// The array's elements; nil for any other kind.
    public var array: [Value]? { if case .array(let array) = self { array } else { nil } }
    /// The string; nil for any other kind.
    public var string: String? { if case .string(let string) = self { string } else { nil } }
    /// Whether it is null.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// The member of an object; `nil` if this is no object or has no such key.
    public subscript(key: String) -> Value? { object?[key] }

    /// The element of an array; `nil` if this is no array or is too short.
    public subscript(index: Int) -> Value? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }

    /// What Python's `bool(value)` says: null, false, zero and everything empty are false.
    public var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .int32(let value): value != 0
        case .int64(let value): value != 0
        case .integer, .opaque, .unrepresentable: true
        case .double(let value): value != 0
        case .string(let value): !value.isEmpty
        case .array(let value): !value.isEmpty
        case .object(let value): !value.isEmpty
        }
    }
}
