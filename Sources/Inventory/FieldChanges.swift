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

/// Values to be set in a record, as the bytes that BSON has of them. Nearly all are long texts: they stay in the filters
/// and updates that were made of them, which many changes share. Whoever needs one as a value takes it from the
/// collection, which decodes it.
package struct FieldChanges: Sendable {
    let content: Content
    /// Which of the content's they are.
    private let places: Range<Int>
    /// Which of the content's guards are theirs.
    private let kept: Range<Int>
    /// Which of the content's VDUs they are of, if that is known.
    let vdus: Range<Int>

    /// It is an object since changes pass through many hands.
    final class Content: Sendable {
        let memory: [UInt8]
        let places: [Place]
        /// What must be so in the record for any of them to be made, besides what they change.
        let kept: [Kept]
        let vdus: [VDU]
        /// In UTF-8 those of the VDUs, side by side: the log asks for nothing else that lies in the memory.
        let names: [UInt8]
        /// What the log says of the VDUs, as far as it was written.
        let lines: [UInt8]
        /// As which all VDUs are seen.
        let account: String
        /// Why one of the values has no BSON.
        let failure: BSONError?

        init(_ memory: [UInt8], _ parts: FieldChangeParts, failure: BSONError?) {
            (self.memory, places, kept, self.failure) = (memory, parts.places, parts.kept, failure)
            (vdus, names, lines, account) = (parts.vdus, parts.names, parts.lines, parts.account)
        }
    }

    /// A value as BSON has it: a string with its length and terminator.
    struct Piece {
        /// See `BSONType`.
        let type: UInt8
        let range: Range<Int>
    }

    /// Where the parts of one change lie in the memory.
    struct Place {
        let path: Range<Int>
        let isAddressable: Bool
        let old: Piece?
        let new: Piece
        /// See `LentChange`.
        let common: Int?
        let isOfCopy: Bool
    }

    /// Where the parts of what must be so lie in the memory.
    struct Kept {
        let path: Range<Int>
        let isAddressable: Bool
        let condition: Condition

        enum Condition {
            /// What was read; `nil`: no such field.
            case unchanged(Piece?)
            case notEqual(Piece)
        }
    }

    /// One VDU of a record.
    struct VDU {
        let index: Int
        let server: ResourceID
        /// Which of the names is its own, if it has one.
        let name: Range<Int>?
        /// Which of the record's changes are its own.
        let changes: Range<Int>
        let isDeletion: Bool
        /// Which of the lines is its own, if it was written.
        let line: Range<Int>?
    }

    private init(_ content: Content, _ section: FieldChangeParts.Section) {
        (self.content, places, kept, vdus) = (content, section.places, section.kept, section.vdus)
    }

    /// All that these parts say.
    package init(_ memory: [UInt8], _ parts: FieldChangeParts, failure: BSONError? = nil) {
        self.init(Content(memory, parts, failure: failure), parts.section(since: FieldChangeParts().section))
    }

    private static let none = Content([], FieldChangeParts(), failure: nil)

    package init() { self.init(Self.none, FieldChangeParts().section) }

    package init(_ changes: some Sequence<FieldChange>) {
        var list = ChangeList()
        for change in changes { list.append(change) }
        self = list.copy()
    }

    package var failure: BSONError? { content.failure }

    /// Some of them, without what must be so besides.
    func part(_ numbers: Range<Int>) -> FieldChanges {
        let places = places.lowerBound + numbers.lowerBound..<places.lowerBound + numbers.upperBound
        return FieldChanges(content, FieldChangeParts.Section(places: places, kept: 0..<0, vdus: 0..<0))
    }

    /// Those of one record, with what must be so besides, and its VDUs.
    package func part(_ section: FieldChangeParts.Section) -> FieldChanges { FieldChanges(content, section) }

    /// The numbers that some of these have among all of these; `nil` if they are none of them.
    func numbers(of part: FieldChanges) -> Range<Int>? {
        guard part.content === content, part.places.lowerBound >= places.lowerBound,
            part.places.upperBound <= places.upperBound
        else { return nil }
        return part.places.lowerBound - places.lowerBound..<part.places.upperBound - places.lowerBound
    }

    /// How many bytes the old and the new values have.
    package var sizes: (old: Int, new: Int) {
        content.places[places].reduce(into: (0, 0)) { sizes, place in
            sizes.old += place.path.count + (place.old?.range.count ?? 0)
            sizes.new += place.path.count + place.new.range.count + 2
        }
    }

    /// How many guards there may be.
    package var guardCount: Int { places.count + kept.count }

    /// Lends the changes one by one, in their order.
    package func lent(_ body: (LentChange) -> Void) {
        content.memory.withUnsafeBytes { memory in
            for place in content.places[places] { body(LentChange(place, memory)) }
        }
    }

    /// Lends what must be so for them to be made, each field once: what is kept, and what was read of the fields that
    /// change.
    package func lentGuards(_ body: (LentGuard) -> Void) {
        content.memory.withUnsafeBytes { memory in
            let guards = content.kept[kept].map { LentGuard($0, memory) }
            guards.forEach(body)
            for place in content.places[places] {
                let change = LentChange(place, memory)
                if !guards.contains(where: { $0.says(change) }) { body(change.unchanged) }
            }
        }
    }

    /// The same, without the memory of others.
    var alone: FieldChanges {
        var list = ChangeList()
        content.memory.withUnsafeBytes { memory in
            for kept in content.kept[kept] { list.keep(LentGuard(kept, memory)) }
            for place in content.places[places] { list.append(LentChange(place, memory)) }
            list.fail(content.failure)
        }
        return list.copy()
    }
}

/// Where the parts of changes lie that share memory, while it is filled.
package struct FieldChangeParts: Sendable {
    var places: [FieldChanges.Place] = []
    var kept: [FieldChanges.Kept] = []
    var vdus: [FieldChanges.VDU] = []
    var names: [UInt8] = []
    var lines: [UInt8] = []
    /// As which all VDUs are seen.
    var account = ""

    package init() {}

    /// Makes room for those of so many records that are like this one.
    package mutating func reserve(_ records: Int, like changes: borrowing ChangeList) {
        places.reserveCapacity(records * changes.count)
        kept.reserveCapacity(records * (changes.guardCount - changes.count))
        vdus.reserveCapacity(records * changes.vdus.count)
        lines.reserveCapacity(records * lines.count)
    }

    /// Those of one record.
    package struct Section: Sendable {
        fileprivate let places: Range<Int>
        fileprivate let kept: Range<Int>
        fileprivate let vdus: Range<Int>
    }

    /// The end of what there is.
    package var section: Section {
        Section(places: places.count..<places.count, kept: kept.count..<kept.count, vdus: vdus.count..<vdus.count)
    }

    /// What was added since.
    package func section(since start: Section) -> Section {
        Section(
            places: start.places.lowerBound..<places.count, kept: start.kept.lowerBound..<kept.count,
            vdus: start.vdus.lowerBound..<vdus.count)
    }
}

extension LentChange {
    fileprivate init(_ place: FieldChanges.Place, _ memory: UnsafeRawBufferPointer) {
        path = UnsafeRawBufferPointer(rebasing: memory[place.path])
        old = place.old.map { BSONElement($0, memory) }
        new = BSONElement(place.new, memory)
        (common, isAddressable, isOfCopy) = (place.common, place.isAddressable, place.isOfCopy)
    }
}

extension LentGuard {
    fileprivate init(_ kept: FieldChanges.Kept, _ memory: UnsafeRawBufferPointer) {
        path = UnsafeRawBufferPointer(rebasing: memory[kept.path])
        isAddressable = kept.isAddressable
        switch kept.condition {
        case .unchanged(let piece): condition = .unchanged(piece.map { BSONElement($0, memory) })
        case .notEqual(let piece): condition = .notEqual(BSONElement(piece, memory))
        }
    }
}

extension BSONElement {
    fileprivate init(_ piece: FieldChanges.Piece, _ memory: UnsafeRawBufferPointer) {
        self.init(type: piece.type, value: UnsafeRawBufferPointer(rebasing: memory[piece.range]))
    }
}

extension FieldChanges: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { places.count }

    package subscript(index: Int) -> FieldChange {
        content.memory.withUnsafeBytes { memory in
            let change = LentChange(content.places[places.lowerBound + index], memory)
            return FieldChange(path: change.fieldPath, old: change.oldValue, new: change.newValue)
        }
    }
}

extension FieldChanges: ExpressibleByArrayLiteral {
    package init(arrayLiteral changes: FieldChange...) { self.init(changes) }
}
