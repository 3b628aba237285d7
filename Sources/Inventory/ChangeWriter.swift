// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// Notes what has to be set in a record for it to be as it should be.
///
/// Each change is at the deepest container that exists with the expected type: never a path and its ancestor together,
/// and nothing that MongoDB would have to create on the way. A container that has lost a member or changed its length is
/// set whole.
struct ChangeWriter: ~Copyable {
    /// What was noted.
    var list: ChangeList
    /// As `FieldPath` has it, growing and shrinking with what is looked at.
    private var path = OwnedBytes(capacity: 256)
    private var isAtRoot = true
    private var isAddressable = true

    init(account: String = "") { list = ChangeList(account: account) }

    /// What is noted from now on is within this.
    mutating func move(to path: FieldPath) {
        self.path.removeAll()
        self.path.append(path.description)
        isAtRoot = path.isAddressable && path.description.isEmpty
        isAddressable = path.isAddressable
    }

    /// What `body` notes is within a member of an object.
    mutating func within(named key: String, _ body: (inout ChangeWriter) -> Void) {
        let isNamed = FieldPath.isAddressable(key)
        key.utf8.span.withUnsafeBytes { within(utf8: $0, isAddressable: isNamed, body) }
    }

    /// The same for a key that MongoDB can address.
    mutating func within(_ key: StaticString, _ body: (inout ChangeWriter) -> Void) {
        within(utf8: key.bytes, isAddressable: true, body)
    }

    /// What `body` notes is within an element of an array.
    mutating func within(_ index: Int, _ body: (inout ChangeWriter) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { memory in
            var digits = OwnedBytes(lent: memory)
            digits.append(number: index)
            within(utf8: UnsafeRawBufferPointer(digits.bytes), isAddressable: true, body)
        }
    }

    private mutating func within(
        utf8 key: UnsafeRawBufferPointer, isAddressable isNamed: Bool, _ body: (inout ChangeWriter) -> Void
    ) {
        let (count, wasAtRoot, wasAddressable) = (path.count, isAtRoot, isAddressable)
        if !isAtRoot { path.append(UInt8(ascii: ".")) }
        path.append(utf8: key)
        isAtRoot = false
        isAddressable = isAddressable && isNamed
        body(&self)
        path.remove(from: count)
        (isAtRoot, isAddressable) = (wasAtRoot, wasAddressable)
    }

    /// What `body` notes changes a copy of what changes elsewhere in the same way.
    mutating func aboutCopy(_ body: (inout ChangeWriter) -> Void) {
        list.isAboutCopy = true
        body(&self)
        list.isAboutCopy = false
    }

    /// Notes that a member, as the record lends it, is to become a value that is known to be another.
    mutating func set(_ key: StaticString, from old: BSONElement?, to new: Value) {
        within(key) { writer in
            switch new {
            case .object, .array: writer.turn(old.flatMap { try? $0.decoded() }, intoOther: new)
            default:
                writer.list.append(path: writer.current, isAddressable: writer.isAddressable, old: old, new: new)
            }
        }
    }

    /// Notes that a member, as the record lends it, is to become what was seen, which is known to be another.
    ///
    /// - Parameter common: of two texts, with how many of its bytes the old one begins, if that is known.
    mutating func set(_ key: StaticString, from old: BSONElement?, to new: BSONElement, common: Int?) {
        if new.document != nil { return set(key, from: old, to: (try? new.decoded()) ?? .unrepresentable) }
        within(key) { writer in
            writer.list.append(
                path: writer.current, isAddressable: writer.isAddressable, old: old, new: new, common: common)
        }
    }

    /// Notes what turns the value at the path into another.
    mutating func turn(_ old: Value?, into new: Value) {
        if let old, old.isIdentical(to: new) { return }
        turn(old, intoOther: new)
    }

    private mutating func turn(_ old: Value?, intoOther new: Value) {
        switch (old, new) {
        case (.object(let before)?, .object(let after)) where before.isChangeable(memberwise: after):
            for member in after.members {
                within(named: member.key) { $0.turn(before[member.key], into: member.value) }
            }
        case (.array(let before)?, .array(let after)) where before.count == after.count:
            for (index, pair) in zip(before, after).enumerated() { within(index) { $0.turn(pair.0, into: pair.1) } }
        default: list.append(path: current, isAddressable: isAddressable, old: old, new: new)
        }
    }

    /// The path to what is looked at.
    private var current: UnsafeRawBufferPointer { UnsafeRawBufferPointer(path.bytes) }
}

extension Object {
    /// Whether it can be turned into another by setting members. One that MongoDB cannot name is fine as long as it does
    /// not change.
    fileprivate func isChangeable(memberwise after: Object) -> Bool {
        members.allSatisfy { after[$0.key] != nil }
            && after.members.allSatisfy { member in
                FieldPath.isAddressable(member.key)
                    || self[member.key].map { $0.isIdentical(to: member.value) } ?? false
            }
    }
}
