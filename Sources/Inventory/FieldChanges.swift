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

/// Values to be set in a record, as the bytes that BSON has of them. Nearly all are long texts on their way from a record
/// or a YAML into a bulk write: they stay where they are, in memory that is kept along with the changes. Whoever needs one
/// as a value takes it from the collection, which decodes it.
package struct FieldChanges: Sendable {
    let content: Content

    /// It is an object since changes pass through many hands.
    final class Content: Sendable {
        let memory: ChangeMemory
        let places: [Place]
        /// What must be so in the record for any of them to be made, besides what they change.
        let kept: [Kept]
        /// Why one of the values has no BSON.
        let failure: BSONError?
        /// Whether MongoDB can address every path.
        let areAddressable: Bool

        init(_ memory: ChangeMemory, _ places: [Place], _ kept: [Kept], failure: BSONError?, areAddressable: Bool) {
            self.memory = memory
            self.places = places
            self.kept = kept
            self.failure = failure
            self.areAddressable = areAddressable
        }
    }

    /// Where the parts of one change lie.
    struct Place {
        /// Among the changes' own bytes.
        let path: Range<Int>
        let isAddressable: Bool
        let old: ChangeMemory.Piece?
        let new: ChangeMemory.Piece
        /// With how many bytes of the new text the old one begins, if that is known.
        var common: Int?
    }

    /// Where the parts of what must be so lie.
    struct Kept {
        /// Among the changes' own bytes.
        let path: Range<Int>
        let isAddressable: Bool
        let condition: Condition

        enum Condition {
            /// What was read; `nil`: no such field.
            case unchanged(ChangeMemory.Piece?)
            case notEqual(ChangeMemory.Piece)
        }
    }

    /// What must be so, while the bytes are lent.
    package struct LentGuard {
        package let path: UnsafeRawBufferPointer
        fileprivate let isAddressable: Bool
        package let condition: Condition

        package enum Condition {
            case unchanged(BSONElement?)
            case notEqual(BSONElement)
        }

        package var value: Guard {
            let path = FieldPath(utf8: path, isAddressable: isAddressable)
            switch condition {
            case .unchanged(let element): return Guard(path: path, unchanged: element?.tree)
            case .notEqual(let element): return Guard(path: path, .notEqual(element.tree))
            }
        }
    }

    /// A change while the bytes are lent.
    package struct Lent {
        package let path: UnsafeRawBufferPointer
        package let old: BSONElement?
        package let new: BSONElement
        /// With how many bytes of the new text the old one begins, if that is known.
        let common: Int?
        let isAddressable: Bool

        /// That the record holds what was read.
        fileprivate var unchanged: LentGuard {
            LentGuard(path: path, isAddressable: isAddressable, condition: .unchanged(old))
        }

        fileprivate var fieldPath: FieldPath { FieldPath(utf8: path, isAddressable: isAddressable) }
        var oldValue: Value? { old?.tree }
        var newValue: Value { new.tree }
    }

    init(_ content: Content) { self.content = content }

    private static let none = Content(ChangeMemory(), [], [], failure: nil, areAddressable: true)

    package init() { content = Self.none }

    package init(_ changes: some Sequence<FieldChange>) {
        var list = ChangeList()
        for change in changes { list.append(change) }
        self = list.finish()
    }

    package var failure: BSONError? { content.failure }
    var areAddressable: Bool { content.areAddressable }

    /// How many bytes the old and the new values have.
    package var sizes: (old: Int, new: Int) {
        content.places.reduce(into: (0, 0)) { sizes, place in
            sizes.old += place.path.count + (place.old?.range.count ?? 0)
            sizes.new += place.path.count + place.new.range.count + 2
        }
    }

    /// How many guards there may be.
    package var guardCount: Int { content.places.count + content.kept.count }

    /// Lends the changes one by one, in their order.
    package func lent(_ body: (Lent) -> Void) {
        content.memory.lent { memory in
            for place in content.places { body(Lent(place, memory)) }
        }
    }

    /// Lends what must be so for them to be made, each field once: what is kept, and what was read of the fields that
    /// change.
    package func lentGuards(_ body: (LentGuard) -> Void) {
        content.memory.lent { memory in
            for kept in content.kept { body(LentGuard(kept, memory)) }
            for place in content.places {
                let change = Lent(place, memory)
                if !content.kept.contains(where: { $0.says(change, memory) }) { body(change.unchanged) }
            }
        }
    }

    /// The same, without the memory of others.
    var alone: FieldChanges {
        var list = ChangeList()
        list.append(self)
        return list.finish()
    }

    /// Adds changes of the same record.
    package mutating func append(_ others: FieldChanges) {
        var list = ChangeList(self)
        list.append(others)
        self = list.finish()
    }
}

extension FieldChanges.Lent {
    fileprivate init(_ place: FieldChanges.Place, _ memory: ChangeMemory.Lent) {
        path = UnsafeRawBufferPointer(rebasing: memory.own[place.path])
        old = place.old.map(memory.element)
        new = memory.element(place.new)
        (common, isAddressable) = (place.common, place.isAddressable)
    }
}

extension FieldChanges.Kept {
    /// Whether it says of a field that changes that it still holds what was read.
    fileprivate func says(_ change: FieldChanges.Lent, _ memory: ChangeMemory.Lent) -> Bool {
        guard case .unchanged = condition, path.count == change.path.count else { return false }
        return UnsafeRawBufferPointer(rebasing: memory.own[path]).bytes.equals(change.path.bytes)
    }
}

extension FieldChanges.LentGuard {
    fileprivate init(_ kept: FieldChanges.Kept, _ memory: ChangeMemory.Lent) {
        path = UnsafeRawBufferPointer(rebasing: memory.own[kept.path])
        isAddressable = kept.isAddressable
        switch kept.condition {
        case .unchanged(let piece): condition = .unchanged(piece.map(memory.element))
        case .notEqual(let piece): condition = .notEqual(memory.element(piece))
        }
    }
}

extension BSONElement {
    /// Its value as a tree.
    fileprivate var tree: Value { (try? decoded()) ?? .unrepresentable }
}

extension FieldChanges: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { content.places.count }

    package subscript(index: Int) -> FieldChange {
        content.memory.lent { memory in
            let change = Lent(content.places[index], memory)
            return FieldChange(path: change.fieldPath, old: change.oldValue, new: change.newValue)
        }
    }
}

extension FieldChanges: ExpressibleByArrayLiteral {
    package init(arrayLiteral changes: FieldChange...) { self.init(changes) }
}
