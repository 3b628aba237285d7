// SPDX-License-Identifier: Apache-2.0

package import BSON
import Values

/// Changes of one record that are being put together, and what must be so for them to be made. The values are where they
/// are: in the record, or among what was seen. So they are valid as long as both are lent.
package struct ChangeList: ~Copyable {
    /// The paths, and values that lie nowhere else.
    private var own = OwnedBytes(capacity: 2048)
    /// `_id` of the record.
    package private(set) var recordID = BSONElement.null
    private var changes: [Change] = []
    private var kept: [Kept] = []
    /// The VDUs that change, in the order in which they were compared.
    private(set) var vdus: [DraftedVDU] = []
    /// As which they are seen.
    private let account: String
    /// Why one of the values has no BSON.
    package private(set) var failure: BSONError?
    /// Whether MongoDB can address every path since the last section began.
    private(set) var areAddressable = true

    /// What is noted from now on changes a copy (`LentChange`).
    var isAboutCopy = false

    package init(account: String = "") { self.account = account }

    package var count: Int { changes.count }

    /// Forgets everything, and keeps the memory.
    ///
    /// - Parameter id: `_id` of the next record.
    mutating func begin(_ id: BSONElement?) {
        recordID = id ?? .null
        own.removeAll()
        changes.removeAll(keepingCapacity: true)
        kept.removeAll(keepingCapacity: true)
        vdus.removeAll(keepingCapacity: true)
        (failure, areAddressable) = (nil, true)
    }

    // MARK: Sections

    /// What was noted before.
    struct Section {
        let changes: Int
        fileprivate let kept: Int
        fileprivate let failure: BSONError?
    }

    /// Begins what is noted, or forgotten, together.
    mutating func beginSection() -> Section {
        areAddressable = true
        return Section(changes: changes.count, kept: kept.count, failure: failure)
    }

    mutating func forget(from section: Section) {
        changes.removeSubrange(section.changes...)
        kept.removeSubrange(section.kept...)
        (failure, areAddressable) = (section.failure, true)
    }

    // MARK: Taking notes

    mutating func append(_ change: FieldChange) {
        change.path.withUTF8 { path in
            let old = change.old.map { part($0, of: path, isAddressable: true) }
            let new = part(change.new, of: path, isAddressable: change.path.isAddressable)
            append(path, isAddressable: change.path.isAddressable, old: old, new: new)
        }
    }

    mutating func append(path: UnsafeRawBufferPointer, isAddressable: Bool, old: Value?, new: Value) {
        let old = old.map { part($0, of: path, isAddressable: true) }
        let new = part(new, of: path, isAddressable: isAddressable)
        append(path, isAddressable: isAddressable, old: old, new: new)
    }

    mutating func append(path: UnsafeRawBufferPointer, isAddressable: Bool, old: BSONElement?, new: Value) {
        let new = part(new, of: path, isAddressable: isAddressable)
        append(path, isAddressable: isAddressable, old: old.map { Part($0) }, new: new)
    }

    mutating func append(_ change: LentChange) {
        append(
            change.path, isAddressable: change.isAddressable, old: change.old.map { Part($0) }, new: Part(change.new),
            common: change.common, isOfCopy: change.isOfCopy)
    }

    /// - Parameter common: of two texts, with how many bytes of the new one the old one begins, if that is known.
    mutating func append(
        path: UnsafeRawBufferPointer, isAddressable: Bool, old: BSONElement?, new: BSONElement, common: Int?
    ) {
        append(path, isAddressable: isAddressable, old: old.map { Part($0) }, new: Part(new), common: common)
    }

    private mutating func append(
        _ path: UnsafeRawBufferPointer, isAddressable: Bool, old: Part?, new: Part, common: Int? = nil,
        isOfCopy: Bool? = nil
    ) {
        areAddressable = areAddressable && isAddressable
        let sameAs = kept.firstIndex { one in
            one.isUnchanged && lent(one.path).bytes.equals(path.bytes)
        }
        changes.append(
            Change(
                path: note(path), isAddressable: isAddressable, old: old, new: new, common: common,
                isOfCopy: isOfCopy ?? isAboutCopy, sameAs: sameAs))
    }

    mutating func append(_ vdu: DraftedVDU) { vdus.append(vdu) }

    /// Gives the change that was noted last to a VDU, as its last one.
    mutating func giveLast(toVDU number: Int) {
        let end = vdus[number].changes.upperBound
        changes.insert(changes.removeLast(), at: end)
        vdus[number].changes = vdus[number].changes.lowerBound..<end + 1
        for later in vdus.indices.dropFirst(number + 1) {
            vdus[later].changes = vdus[later].changes.lowerBound + 1..<vdus[later].changes.upperBound + 1
        }
    }

    /// Writes what the log says of each VDU, while the texts that it shows a part of are at hand.
    package mutating func writeLines(to parts: inout FieldChangeParts) {
        for number in vdus.indices {
            let start = parts.lines.count
            parts.lines.append { line in
                line.append(changesOfVDU: vdus[number].index, account) { body in
                    for change in vdus[number].changes { body(lent(changes[change])) }
                }
            }
            vdus[number].line = start..<parts.lines.count
        }
    }

    /// Notes that the VDU has to be the one that was compared, to hold the same server and not to be in deletion.
    mutating func keep(_ vdu: ComparedVDU, at places: VDUPlaces, as identity: VDUPlaces.Identity) {
        keep(identity.path, unchanged: vdu.recorded.element(identity.key))
        keep(places.vimID, unchanged: vdu.recordedInfo.element("vim_id"))
        let excluded = noteText(StaticString("DELETING").bytes)
        keep(places.status, isUnchanged: false, excluded)
    }

    mutating func keep(_ one: LentGuard) {
        let (isUnchanged, value): (Bool, Part?) =
            switch one.condition {
            case .unchanged(let value): (true, value.map { Part($0) })
            case .notEqual(let value): (false, Part(value))
            }
        areAddressable = areAddressable && one.isAddressable
        kept.append(
            Kept(path: note(one.path), isAddressable: one.isAddressable, isUnchanged: isUnchanged, value: value))
    }

    private mutating func keep(_ path: FieldPath, unchanged value: BSONElement?) {
        keep(path, isUnchanged: true, value.map { Part($0) })
    }

    private mutating func keep(_ path: FieldPath, isUnchanged: Bool, _ value: Part?) {
        areAddressable = areAddressable && path.isAddressable
        let place = path.withUTF8 { note($0) }
        kept.append(
            Kept(path: place, isAddressable: path.isAddressable, isUnchanged: isUnchanged, value: value))
    }

    mutating func fail(_ error: BSONError?) { failure = failure ?? error }

    private mutating func note(_ path: UnsafeRawBufferPointer) -> Part {
        let start = own.count
        own.append(utf8: path)
        return Part(own: start..<own.count)
    }

    /// Notes a text as BSON has it.
    private mutating func noteText(_ text: UnsafeRawBufferPointer) -> Part {
        let start = own.count
        own.append(littleEndian: Int32(truncatingIfNeeded: text.count + 1))
        own.append(utf8: text)
        own.append(UInt8(0))
        return Part(own: start..<own.count, type: BSONType.string)
    }

    private mutating func part(_ value: Value, of path: UnsafeRawBufferPointer, isAddressable: Bool) -> Part {
        // The encoder refuses a NUL in a key, which MongoDB could not address, and a text that is too long.
        if isAddressable, case .string(let text) = value, text.utf8.count < Int32.max {
            return text.utf8.span.withUnsafeBytes { noteText($0) }
        }
        do throws(BSONError) {
            // With the key, which an error names.
            let document = try BSON.encode([String(sound: path): value])
            let start = own.count
            document[(4 + 1 + path.count + 1)..<(document.count - 1)].withUnsafeBufferPointer { own.append($0) }
            return Part(own: start..<own.count, type: document[4])
        } catch {
            fail(error)
            return Part(own: own.count..<own.count, type: BSONType.null)
        }
    }

    // MARK: Lending

    private func lent(_ part: Part) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: part.lent ?? UnsafeRawPointer(own.bytes.baseAddress).map { $0 + part.start }, count: part.count)
    }

    private func element(_ part: Part) -> BSONElement { BSONElement(type: part.type, value: lent(part)) }

    private func lent(_ change: Change) -> LentChange {
        LentChange(
            path: lent(change.path), old: change.old.map { element($0) }, new: element(change.new),
            common: change.common,
            isAddressable: change.isAddressable, isOfCopy: change.isOfCopy)
    }

    private func lent(_ one: Kept) -> LentGuard {
        let value = one.value.map { element($0) }
        return LentGuard(
            path: lent(one.path), isAddressable: one.isAddressable,
            condition: one.isUnchanged ? .unchanged(value) : .notEqual(value ?? BSONElement.null))
    }

    /// About how many bytes the old and the new values have: what is kept is an id or a word.
    package var sizes: (old: Int, new: Int) {
        var sizes = (old: kept.count * 64, new: 0)
        for change in changes {
            sizes.old += change.path.count + (change.old?.count ?? 0)
            sizes.new += change.path.count + change.new.count + 2
        }
        return sizes
    }

    /// How many guards there may be.
    package var guardCount: Int { changes.count + kept.count }

    // MARK: Moving into other memory

    /// Lends what must be so for the changes to be made, each field once: what is kept, and what was read of the fields
    /// that change.
    ///
    /// - Parameter body: returns where it put path and value, if they are there as they are here.
    package mutating func moveGuards(_ body: (LentGuard) -> Put?) {
        for number in kept.indices {
            let put = body(lent(kept[number]))
            kept[number].path.put = put?.path
            kept[number].value?.put = put?.value
        }
        for number in changes.indices where changes[number].sameAs == nil {
            let put = body(lent(changes[number]).unchanged)
            changes[number].old?.put = put?.value
        }
    }

    /// Lends the changes in their order.
    ///
    /// - Parameter body: returns where it put path and value.
    package mutating func moveChanges(_ body: (LentChange) -> Put) {
        for number in changes.indices {
            let put = body(lent(changes[number]))
            changes[number].path.put = put.path
            changes[number].new.put = put.value
        }
    }

    /// Notes where everything is in the memory that all of it was moved to. What could not be moved is added to it.
    package func finish(into parts: inout FieldChangeParts, _ memory: inout [UInt8]) {
        finish(into: &parts, &memory, isMoved: true)
    }

    private func finish(into parts: inout FieldChangeParts, _ memory: inout [UInt8], isMoved: Bool) {
        func range(_ part: Part) -> Range<Int> {
            if isMoved, let start = part.put { return start..<start + part.count }
            let start = memory.count
            memory.append(contentsOf: lent(part))
            return start..<memory.count
        }
        func piece(_ part: Part) -> FieldChanges.Piece { FieldChanges.Piece(type: part.type, range: range(part)) }

        for one in kept {
            let value = one.value.map { piece($0) }
            parts.kept.append(
                FieldChanges.Kept(
                    path: range(one.path), isAddressable: one.isAddressable,
                    condition: one.isUnchanged
                        ? .unchanged(value) : .notEqual(value ?? FieldChanges.Piece(type: BSONType.null, range: 0..<0)))
            )
        }
        let firstKept = parts.kept.count - kept.count
        for change in changes {
            let old: FieldChanges.Piece?
            if let number = change.sameAs, case .unchanged(let piece) = parts.kept[firstKept + number].condition {
                old = piece
            } else {
                old = change.old.map { piece($0) }
            }
            parts.places.append(
                FieldChanges.Place(
                    path: range(change.path), isAddressable: change.isAddressable, old: old, new: piece(change.new),
                    common: change.common, isOfCopy: change.isOfCopy))
        }
        if parts.vdus.isEmpty { parts.account = account }
        for vdu in vdus {
            let start = parts.names.count
            if let name = vdu.name { parts.names.append(contentsOf: name) }
            parts.vdus.append(
                FieldChanges.VDU(
                    index: vdu.index, server: vdu.server, name: vdu.name.map { _ in start..<parts.names.count },
                    changes: vdu.changes, isDeletion: vdu.isDeletion, line: isMoved ? vdu.line : nil))
        }
    }

    /// All of it in memory of its own.
    func copy() -> FieldChanges {
        var (parts, memory) = (FieldChangeParts(), [UInt8]())
        finish(into: &parts, &memory, isMoved: false)
        return FieldChanges(memory, parts, failure: failure)
    }
}

extension BSONElement {
    fileprivate static var null: BSONElement {
        BSONElement(type: BSONType.null, value: UnsafeRawBufferPointer(start: nil, count: 0))
    }
}
