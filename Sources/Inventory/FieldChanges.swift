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
        /// Why one of the values has no BSON.
        let failure: BSONError?
        /// Whether MongoDB can address every path.
        let areAddressable: Bool

        init(_ memory: ChangeMemory, _ places: [Place], failure: BSONError?, areAddressable: Bool) {
            self.memory = memory
            self.places = places
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

    /// A change while the bytes are lent.
    package struct Lent {
        package let path: UnsafeRawBufferPointer
        package let old: BSONElement?
        package let new: BSONElement
        /// With how many bytes of the new text the old one begins, if that is known.
        let common: Int?
        let isAddressable: Bool

        /// That the record holds what was read.
        package var unchanged: Guard { Guard(path: fieldPath, unchanged: oldValue) }

        fileprivate var fieldPath: FieldPath { FieldPath(utf8: path, isAddressable: isAddressable) }
        var oldValue: Value? { old.map { (try? $0.decoded()) ?? .unrepresentable } }
        var newValue: Value { (try? new.decoded()) ?? .unrepresentable }
    }

    init(_ content: Content) { self.content = content }

    private static let none = Content(ChangeMemory(), [], failure: nil, areAddressable: true)

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

    /// Lends the changes one by one, in their order.
    package func lent(_ body: (Lent) -> Void) {
        content.memory.lent { memory in
            for place in content.places { body(Lent(place, memory)) }
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
