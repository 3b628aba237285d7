// SPDX-License-Identifier: Apache-2.0

package import BSON
package import Values

/// One value to be set in a record.
package struct FieldChange: Sendable {
    package let path: FieldPath
    /// What the record held when it was read; `nil` if the field was absent.
    package let old: Value?
    package let new: Value

    package init(path: FieldPath, old: Value?, new: Value) {
        self.path = path
        self.old = old
        self.new = new
    }
}

/// Values to be set in a record, as the bytes that BSON has of them: nearly all are long texts on their way from a
/// record or a YAML into a bulk write. Whoever needs one as a value takes it from the collection, which decodes it.
package struct FieldChanges: Sendable {
    /// BSON elements: a new value under its path, then what was there, if anything, under an empty key, and so on.
    private var bytes: [UInt8] = []
    private var places: [Place] = []
    /// Why one of the values has no BSON.
    package private(set) var failure: BSONError?
    /// Whether MongoDB can address every path.
    private(set) var areAddressable = true

    private struct Place: BitwiseCopyable {
        var start: Int
        /// The terminator of the path.
        var pathEnd: Int
        var newEnd: Int
        var oldEnd: Int
        var isAddressable: Bool
        /// With how many bytes of the new text the old one begins, if that is known.
        var common: Int?

        func lent(_ bytes: UnsafeRawBufferPointer) -> Lent {
            let old = UnsafeRawBufferPointer(rebasing: bytes[newEnd..<oldEnd])
            return Lent(
                path: UnsafeRawBufferPointer(rebasing: bytes[start + 1..<pathEnd]),
                element: UnsafeRawBufferPointer(rebasing: bytes[start..<newEnd]),
                old: old.isEmpty ? nil : BSONElement(type: old[0], value: UnsafeRawBufferPointer(rebasing: old[2...])),
                new: BSONElement(
                    type: bytes[start], value: UnsafeRawBufferPointer(rebasing: bytes[pathEnd + 1..<newEnd])),
                common: common, isAddressable: isAddressable)
        }

        func moved(by offset: Int) -> Place {
            Place(
                start: start + offset, pathEnd: pathEnd + offset, newEnd: newEnd + offset, oldEnd: oldEnd + offset,
                isAddressable: isAddressable, common: common)
        }
    }

    /// A change while the bytes are lent.
    package struct Lent {
        package let path: UnsafeRawBufferPointer
        /// What it sets, as an element whose key is the path.
        package let element: UnsafeRawBufferPointer
        package let old: BSONElement?
        package let new: BSONElement
        /// With how many bytes of the new text the old one begins, if that is known.
        let common: Int?
        fileprivate let isAddressable: Bool

        /// That the record holds what was read.
        package var unchanged: Guard { Guard(path: fieldPath, unchanged: oldValue) }

        fileprivate var fieldPath: FieldPath { FieldPath(utf8: path, isAddressable: isAddressable) }
        var oldValue: Value? { old.map { (try? $0.decoded()) ?? .unrepresentable } }
        var newValue: Value { (try? new.decoded()) ?? .unrepresentable }
    }

    package init() {}

    package init(_ changes: some Sequence<FieldChange>) { for change in changes { append(change) } }

    /// - Parameter capacity: the bytes for which room is made at once.
    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
        places.reserveCapacity(8)
    }

    /// How many bytes the old and the new values have.
    package var sizes: (old: Int, new: Int) {
        places.reduce(into: (0, 0)) { sizes, place in
            sizes.old += place.oldEnd - place.newEnd
            sizes.new += place.newEnd - place.start
        }
    }

    /// Lends the changes one by one, in their order.
    package func lent(_ body: (Lent) -> Void) {
        bytes.withUnsafeBytes { bytes in
            let places = places.span
            for index in places.indices { body(places[index].lent(bytes)) }
        }
    }

    package mutating func append(_ change: FieldChange) {
        change.path.description.utf8.span.withUnsafeBytes {
            append(path: $0, isAddressable: change.path.isAddressable, old: change.old, new: change.new)
        }
    }

    mutating func append(path: UnsafeRawBufferPointer, isAddressable: Bool, old: Value?, new: Value) {
        begin(path, isAddressable, new)
        if let old { appendElement("".utf8.span.bytes, old, isAddressable: true) }
        end()
    }

    /// - Parameter old: lent by the record.
    mutating func append(path: UnsafeRawBufferPointer, isAddressable: Bool, old: BSONElement?, new: Value) {
        begin(path, isAddressable, new)
        append(old: old)
    }

    private mutating func append(old: BSONElement?) {
        if let old {
            bytes.append(old.type)
            bytes.append(0)
            bytes.append(contentsOf: old.value)
        }
        end()
    }

    /// - Parameters:
    ///   - old: lent by the record.
    ///   - text: UTF-8.
    mutating func append(
        path: UnsafeRawBufferPointer, isAddressable: Bool, old: BSONElement?, text: UnsafeRawBufferPointer, common: Int
    ) {
        areAddressable = areAddressable && isAddressable
        let start = bytes.count
        if isAddressable, text.count < Int32.max {
            append(text: text, path.bytes)
            note(path, from: start, isAddressable, common: common)
        } else {
            appendElement(path.bytes, .string(String(sound: text)), isAddressable: isAddressable)
            note(path, from: start, isAddressable)
        }
        append(old: old)
    }

    mutating func append(_ others: FieldChanges) {
        let offset = bytes.count
        bytes += others.bytes
        places += others.places.map { $0.moved(by: offset) }
        failure = failure ?? others.failure
        areAddressable = areAddressable && others.areAddressable
    }

    private mutating func begin(_ path: UnsafeRawBufferPointer, _ isAddressable: Bool, _ new: Value) {
        areAddressable = areAddressable && isAddressable
        let start = bytes.count
        appendElement(path.bytes, new, isAddressable: isAddressable)
        note(path, from: start, isAddressable)
    }

    private mutating func note(
        _ path: UnsafeRawBufferPointer, from start: Int, _ isAddressable: Bool, common: Int? = nil
    ) {
        places.append(
            Place(
                start: start, pathEnd: start + 1 + path.count, newEnd: bytes.count, oldEnd: bytes.count,
                isAddressable: isAddressable, common: common))
    }

    private mutating func end() { places[places.count - 1].oldEnd = bytes.count }

    private mutating func appendElement(_ key: RawSpan, _ value: Value, isAddressable: Bool) {
        // The encoder refuses a NUL in a key, which MongoDB could not address, and a text that is too long.
        if isAddressable, case .string(let text) = value, text.utf8.count < Int32.max {
            return text.utf8.span.withUnsafeBytes { append(text: $0, key) }
        }
        do throws(BSONError) {
            // With the key, which an error names.
            let document = try BSON.encode([key.withUnsafeBytes { String(sound: $0) }: value])
            bytes += document[4..<document.count - 1]
        } catch {
            failure = failure ?? error
            begin(BSONType.null, key)
        }
    }

    private mutating func append(text: UnsafeRawBufferPointer, _ key: RawSpan) {
        begin(BSONType.string, key)
        withUnsafeBytes(of: Int32(truncatingIfNeeded: text.count + 1).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: text)
        bytes.append(0)
    }

    private mutating func begin(_ type: UInt8, _ key: RawSpan) {
        bytes.append(type)
        key.withUnsafeBytes { bytes.append(contentsOf: $0) }
        bytes.append(0)
    }
}

extension FieldChanges: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { places.count }

    package subscript(index: Int) -> FieldChange {
        bytes.withUnsafeBytes { bytes in
            let change = places[index].lent(bytes)
            return FieldChange(path: change.fieldPath, old: change.oldValue, new: change.newValue)
        }
    }
}

extension FieldChanges: ExpressibleByArrayLiteral {
    package init(arrayLiteral changes: FieldChange...) { self.init(changes) }
}
