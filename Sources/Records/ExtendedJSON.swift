// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// Why a JSON value is no document.
struct ExtendedJSONError: Error {
    /// The keys that lead there, joined by dots.
    var path: String
    let reason: String
}

/// The types of MongoDB's extended JSON that a dump of OSM's database may hold, canonical or relaxed
/// (https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/).
enum ExtendedJSON {
    static func document(_ value: Value) throws(ExtendedJSONError) -> Object {
        guard case .object(let object) = try read(value) else {
            throw ExtendedJSONError(path: "", reason: "it is no object")
        }
        return object
    }

    private static func read(_ value: Value) throws(ExtendedJSONError) -> Value {
        switch value {
        case .array(let elements):
            var values: [Value] = []
            for (index, element) in elements.enumerated() {
                values.append(try inside(String(index)) { () throws(ExtendedJSONError) in try read(element) })
            }
            return .array(values)
        case .object(let object):
            if let special = try special(object) { return special }
            var members: [Object.Member] = []
            for member in object.members {
                let value = try inside(member.key) { () throws(ExtendedJSONError) in try read(member.value) }
                members.append(Object.Member(key: member.key, value: value))
            }
            return .object(Object(uniqueMembers: members))
        default: return value
        }
    }

    private static func inside(
        _ key: String, _ body: () throws(ExtendedJSONError) -> Value
    ) throws(ExtendedJSONError) -> Value {
        do throws(ExtendedJSONError) { return try body() } catch {
            throw ExtendedJSONError(path: error.path.isEmpty ? key : "\(key).\(error.path)", reason: error.reason)
        }
    }

    /// The value that an object with a key like `$oid` stands for; `nil` if it is an object like any other.
    private static func special(_ object: Object) throws(ExtendedJSONError) -> Value? {
        guard let first = object.members.first, names.contains(first.key) else { return nil }
        guard let value = object.count == 1 || first.key == "$binary" ? self.value(first.key, first.value, object) : nil
        else { throw ExtendedJSONError(path: "", reason: "\(first.key) with a value that is not understood") }
        return value
    }

    private static let names: Set = [
        "$oid", "$date", "$numberLong", "$numberInt", "$numberDouble", "$binary", "$numberDecimal", "$timestamp",
        "$regularExpression", "$minKey", "$maxKey", "$undefined", "$symbol", "$code", "$dbPointer",
    ]

    private static func value(_ name: String, _ value: Value, _ object: Object) -> Value? {
        switch name {
        case "$numberInt": value.string.flatMap { Int32($0) }.map(Value.int32)
        case "$numberLong": value.string.flatMap { Int64($0) }.map(Value.int64)
        case "$numberDouble": value.string.flatMap(double).map(Value.double)
        case "$oid": value.string.flatMap(objectID).map { .opaque(type: 0x07, bytes: $0) }
        case "$date": milliseconds(value).map { .opaque(type: 0x09, bytes: bytes($0)) }
        case "$binary": binary(value, object).map { .opaque(type: 0x05, bytes: $0) }
        default: nil
        }
    }

    private static func double(_ text: String) -> Double? {
        switch text {
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        case "NaN": .nan
        default: Double(text)
        }
    }

    private static func objectID(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 24, text.utf8.count == 24 else { return nil }
        return stride(from: 0, to: 24, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func milliseconds(_ value: Value) -> Int64? {
        switch value {
        case .string(let time): milliseconds(ofTime: time)
        case .int32(let number): Int64(number)
        case .int64(let number): number
        case .object(let object): object["$numberLong"]?.string.flatMap { Int64($0) }
        default: nil
        }
    }

    /// `{"$binary": {"base64": …, "subType": "00"}}`, or, as older tools write it, `{"$binary": …, "$type": "00"}`.
    private static func binary(_ value: Value, _ object: Object) -> [UInt8]? {
        let (text, subtype) =
            value.object == nil
            ? (value.string, object["$type"]?.string) : (value["base64"]?.string, value["subType"]?.string)
        guard object.count == (value.object == nil ? 2 : 1), let content = text.flatMap(bytes(ofBase64:)),
            let subtype = subtype.flatMap({ UInt8($0, radix: 16) })
        else { return nil }
        return bytes(Int32(truncatingIfNeeded: content.count)) + [subtype] + content
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
