// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// Notes what has to be set in a record for it to be as it should be.
///
/// Each change is at the deepest container that exists with the expected type: never a path and its ancestor together,
/// and nothing that MongoDB would have to create on the way. A container that has lost a member or changed its length is
/// set whole.
struct ChangeWriter {
    private var list: ChangeList
    /// As `FieldPath` has it, growing and shrinking with what is looked at.
    private var path: [UInt8]
    private var isAtRoot: Bool
    private var isAddressable: Bool

    /// - Parameters:
    ///   - path: of what the changes are within.
    ///   - record: lends what it is told was there before.
    init(at path: FieldPath, of record: LentRecord? = nil) {
        list = ChangeList(of: record)
        self.path = []
        self.path.reserveCapacity(128)
        self.path += path.description.utf8
        isAtRoot = path.isAddressable && path.description.isEmpty
        isAddressable = path.isAddressable
    }

    /// What was noted.
    consuming func finish() -> FieldChanges { list.finish() }

    /// `ChangeList.keep`.
    mutating func keep(_ vdu: VDUComparison, at places: VDUPlaces, as identity: VDUPlaces.Identity) {
        list.keep(vdu, at: places, as: identity)
    }

    /// What `body` notes is within a member of an object.
    mutating func within(_ key: String, _ body: (inout ChangeWriter) -> Void) {
        let (count, wasAtRoot, wasAddressable) = (path.count, isAtRoot, isAddressable)
        if !isAtRoot { path.append(UInt8(ascii: ".")) }
        key.utf8.span.withUnsafeBufferPointer { path.append(contentsOf: $0) }
        isAtRoot = false
        isAddressable = isAddressable && FieldPath.isAddressable(key)
        body(&self)
        path.removeLast(path.count - count)
        (isAtRoot, isAddressable) = (wasAtRoot, wasAddressable)
    }

    /// What `body` notes is within an element of an array.
    mutating func within(_ index: Int, _ body: (inout ChangeWriter) -> Void) { within(String(index: index), body) }

    /// Notes that a member, as the record lends it, is to become a value that is known to be another.
    mutating func set(_ key: String, from old: BSONElement?, to new: Value) {
        within(key) { writer in
            switch new {
            case .object, .array: writer.turn(old.flatMap { try? $0.decoded() }, intoOther: new)
            default:
                let (path, isAddressable) = (writer.path, writer.isAddressable)
                path.withUnsafeBytes {
                    writer.list.append(path: $0, isAddressable: isAddressable, old: old, new: new)
                }
            }
        }
    }

    /// Notes that a member, as the record lends it, is to become a text.
    ///
    /// - Parameter common: with how many of its bytes the old value begins.
    mutating func set(_ key: String, from old: BSONElement?, to text: SeenText, common: Int) {
        within(key) { writer in
            let (path, isAddressable) = (writer.path, writer.isAddressable)
            path.withUnsafeBytes {
                writer.list.append(path: $0, isAddressable: isAddressable, old: old, new: text, common: common)
            }
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
            for member in after.members { within(member.key) { $0.turn(before[member.key], into: member.value) } }
        case (.array(let before)?, .array(let after)) where before.count == after.count:
            for (index, pair) in zip(before, after).enumerated() { within(index) { $0.turn(pair.0, into: pair.1) } }
        default:
            let path = path
            path.withUnsafeBytes { list.append(path: $0, isAddressable: isAddressable, old: old, new: new) }
        }
    }
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
