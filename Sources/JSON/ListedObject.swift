// SPDX-License-Identifier: Apache-2.0

package import Values

/// One object of a listing, valid only during the call that it is given to.
package struct ListedObject {
    /// The object's text, from brace to brace.
    package let bytes: UnsafeRawBufferPointer
    private let members: ListedMembers

    init(bytes: UnsafeRawBufferPointer, members: ListedMembers) {
        self.bytes = bytes
        self.members = members
    }

    /// The bytes of the object's own `id`; `nil` if it is missing, no string, or written with escapes.
    package var id: UnsafeRawBufferPointer? {
        guard let text = members.id, !text.hasEscape else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[text.range])
    }

    /// The key of the object's `id`; `nil` if it is missing, no string, or empty.
    package var idKey: ResourceKey? { key(members.id) }

    /// The key of the object's `device_id`; `nil` if it is missing, no string, or empty.
    package var deviceIDKey: ResourceKey? { key(members.deviceID) }

    private func key(_ text: ListedMembers.Text?) -> ResourceKey? {
        guard let text, !text.range.isEmpty else { return nil }
        if !text.hasEscape { return ResourceKey(utf8: UnsafeRawBufferPointer(rebasing: bytes[text.range])) }
        return text.decoded(in: bytes).map { ResourceKey($0) }
    }
}

/// Where an object's `id` and `device_id` stand, if they are strings.
struct ListedMembers {
    var id: Text?
    var deviceID: Text?

    enum Name { case id, deviceID }

    /// A string's bytes between its quotes.
    struct Text {
        let range: Range<Int>
        let hasEscape: Bool
    }

    @inline(__always)
    subscript(name: Name) -> Text? {
        get { name == .id ? id : deviceID }
        set { if name == .id { id = newValue } else { deviceID = newValue } }
    }
}

/// The members that are noted of an object, while its strings are come to one after the other.
struct MemberNotes {
    private(set) var members = ListedMembers()
    /// Whose value comes next, if it is a string.
    private var member: ListedMembers.Name?

    /// Whether the string that comes next may be a value that is noted.
    @inline(__always)
    var isExpectingValue: Bool { member != nil }

    /// Whether a string without escapes, of so many bytes, may be or belong to a member that is noted.
    @inline(__always)
    func mayMatter(_ length: Int) -> Bool { isExpectingValue || ListedMembers.Name.isLength(length) }

    /// Notes a string of the object itself, which is a key if a colon follows it, else the value of the key before it.
    /// False if what follows has not arrived.
    @inline(__always)
    mutating func note(_ text: ListedMembers.Text, in bytes: UnsafeRawBufferPointer) -> Bool {
        var next = text.range.upperBound &+ 1
        while next < bytes.count, bytes[next].isWhitespace { next &+= 1 }
        guard next < bytes.count else { return false }
        if bytes[next] == .colon {
            member = ListedMembers.Name(text, in: bytes)
            if let member { members[member] = nil }
        } else if let member {
            members[member] = text
            self.member = nil
        }
        return true
    }
}

extension ListedMembers.Text {
    /// The string without its escapes; `nil` if it is no valid text.
    func decoded(in bytes: UnsafeRawBufferPointer) -> String? {
        guard let string = try? StringScanner(bytes).scan(from: range.lowerBound) else { return nil }
        return [JSONEntry(string, next: 1)].withUnsafeBufferPointer { entries in
            IndexedText(bytes: bytes, entries: entries).string(entries[0])
        }
    }
}

extension ListedMembers.Name {
    /// Of all names, in bytes.
    @inline(__always)
    static var lengths: (Int, Int) { (2, 9) }

    @inline(__always)
    static func isLength(_ length: Int) -> Bool { length == lengths.0 || length == lengths.1 }

    /// The member that a key names, if it is one of the two.
    @inline(__always)
    init?(_ key: ListedMembers.Text, in bytes: UnsafeRawBufferPointer) {
        if key.hasEscape {
            switch key.decoded(in: bytes) {
            case "id": self = .id
            case "device_id": self = .deviceID
            default: return nil
            }
        } else if key.range.count == 2 {
            guard bytes[key.range.lowerBound] == UInt8(ascii: "i"), bytes[key.range.lowerBound + 1] == UInt8(ascii: "d")
            else { return nil }
            self = .id
        } else if key.range.count == 9 {
            let text = UnsafeRawBufferPointer(rebasing: bytes[key.range])
            guard text.bytes.equals(StaticString("device_id").bytes.bytes) else { return nil }
            self = .deviceID
        } else {
            return nil
        }
    }
}
