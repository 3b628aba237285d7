// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// Changes that are being put together.
struct ChangeList {
    private var memory = ChangeMemory()
    private var places: [FieldChanges.Place] = []
    private var kept: [FieldChanges.Kept] = []
    private var failure: BSONError?
    private var areAddressable = true
    /// The record that lends the old values.
    private let record: LentRecord?

    /// - Parameters:
    ///   - record: where most of the old values are.
    ///   - values: where most of the new values are.
    init(of record: LentRecord? = nil, among values: SeenValues? = nil) {
        self.record = record
        if let record { memory.record = record.document.memory }
        memory.seen = values
        memory.own.reserveCapacity(960)
        places.reserveCapacity(8)
        kept.reserveCapacity(3)
    }

    init(_ changes: FieldChanges) {
        memory = changes.content.memory
        places = changes.content.places
        kept = changes.content.kept
        failure = changes.content.failure
        areAddressable = changes.content.areAddressable
        record = nil
    }

    consuming func finish() -> FieldChanges {
        FieldChanges(FieldChanges.Content(memory, places, kept, failure: failure, areAddressable: areAddressable))
    }

    mutating func append(_ change: FieldChange) {
        change.path.description.utf8.span.withUnsafeBytes {
            append(path: $0, isAddressable: change.path.isAddressable, old: change.old, new: change.new)
        }
    }

    mutating func append(path: UnsafeRawBufferPointer, isAddressable: Bool, old: Value?, new: Value) {
        let path = note(path, isAddressable: isAddressable)
        let new = piece(new, of: path, isAddressable: isAddressable)
        let old = old.map { piece($0, of: path, isAddressable: true) }
        places.append(FieldChanges.Place(path: path, isAddressable: isAddressable, old: old, new: new))
    }

    /// - Parameter old: lent by the record.
    mutating func append(path: UnsafeRawBufferPointer, isAddressable: Bool, old: BSONElement?, new: Value) {
        let path = note(path, isAddressable: isAddressable)
        let (new, old) = (piece(new, of: path, isAddressable: isAddressable), old.map { piece($0) })
        places.append(FieldChanges.Place(path: path, isAddressable: isAddressable, old: old, new: new))
    }

    /// - Parameters:
    ///   - old: lent by the record.
    ///   - new: of the values that were seen.
    ///   - common: of two texts, with how many bytes of the new one the old one begins, if that is known.
    mutating func append(
        path: UnsafeRawBufferPointer, isAddressable: Bool, old: BSONElement?, new: BSONElement, common: Int?
    ) {
        let path = note(path, isAddressable: isAddressable)
        let (new, old) = (piece(new), old.map { piece($0) })
        places.append(FieldChanges.Place(path: path, isAddressable: isAddressable, old: old, new: new, common: common))
    }

    /// Notes that the VDU at this index has to be the one that was compared, to hold the same server and not to be in
    /// deletion.
    mutating func keep(_ vdu: VDUComparison, at places: VDUPlaces, as identity: VDUPlaces.Identity) {
        keep(identity.path, vdu.recorded.element(identity.key))
        keep(places.vimID, vdu.recordedInfo.element("vim_id"))
        keep(places.status, notEqualTo: "DELETING")
    }

    /// Notes that a field has to be as the record lends it; `nil`: not there.
    private mutating func keep(_ path: FieldPath, _ element: BSONElement?) {
        let place = note(path)
        let element = element.map { piece($0) }
        kept.append(
            FieldChanges.Kept(path: place, isAddressable: path.isAddressable, condition: .unchanged(element)))
    }

    /// Notes that a field must not be a text.
    private mutating func keep(_ path: FieldPath, notEqualTo text: StaticString) {
        let place = note(path)
        let start = memory.own.count
        append(text.bytes)
        let piece = ChangeMemory.Piece(source: .own, type: BSONType.string, range: start..<memory.own.count)
        kept.append(FieldChanges.Kept(path: place, isAddressable: path.isAddressable, condition: .notEqual(piece)))
    }

    private mutating func note(_ path: FieldPath) -> Range<Int> {
        path.description.utf8.span.withUnsafeBytes { note($0, isAddressable: path.isAddressable) }
    }

    /// Adds changes of the same record.
    mutating func append(_ others: FieldChanges) {
        if memory.isShared(with: others.content.memory) {
            let offset = memory.own.count
            memory.own += others.content.memory.own
            places += others.content.places.map { $0.moved(by: offset) }
            kept += others.content.kept.map { $0.moved(by: offset) }
        } else {
            others.content.memory.lent { memory in
                for one in others.content.kept { keep(one, memory) }
            }
            others.lent { change in
                let path = note(change.path, isAddressable: change.isAddressable)
                let (new, old) = (piece(change.new), change.old.map { piece($0) })
                places.append(
                    FieldChanges.Place(
                        path: path, isAddressable: change.isAddressable, old: old, new: new, common: change.common))
            }
        }
        areAddressable = areAddressable && others.areAddressable
        failure = failure ?? others.failure
    }

    /// Takes over what another list keeps.
    private mutating func keep(_ one: FieldChanges.Kept, _ others: ChangeMemory.Lent) {
        let path = note(UnsafeRawBufferPointer(rebasing: others.own[one.path]), isAddressable: one.isAddressable)
        let condition: FieldChanges.Kept.Condition =
            switch one.condition {
            case .unchanged(let old): .unchanged(old.map { piece(others.element($0)) })
            case .notEqual(let value): .notEqual(piece(others.element(value)))
            }
        kept.append(FieldChanges.Kept(path: path, isAddressable: one.isAddressable, condition: condition))
    }

    private mutating func note(_ path: UnsafeRawBufferPointer, isAddressable: Bool) -> Range<Int> {
        areAddressable = areAddressable && isAddressable
        let start = memory.own.count
        memory.own.append(contentsOf: path)
        return start..<memory.own.count
    }

    /// An element where it is, if it is the record's or was seen.
    private mutating func piece(_ element: BSONElement) -> ChangeMemory.Piece {
        if let start = record?.offset(of: element.value) {
            return ChangeMemory.Piece(
                source: .record, type: element.type, range: start..<start + element.value.count)
        }
        if let start = memory.seen?.bytes.offset(of: element.value) {
            return ChangeMemory.Piece(source: .seen, type: element.type, range: start..<start + element.value.count)
        }
        let start = memory.own.count
        memory.own.append(contentsOf: element.value)
        return ChangeMemory.Piece(source: .own, type: element.type, range: start..<memory.own.count)
    }

    /// Appends a text as BSON has it.
    private mutating func append(_ text: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: Int32(truncatingIfNeeded: text.count + 1).littleEndian) {
            memory.own.append(contentsOf: $0)
        }
        memory.own.append(contentsOf: text)
        memory.own.append(0)
    }

    private mutating func piece(_ value: Value, of path: Range<Int>, isAddressable: Bool) -> ChangeMemory.Piece {
        let start = memory.own.count
        // The encoder refuses a NUL in a key, which MongoDB could not address, and a text that is too long.
        if isAddressable, case .string(let text) = value, text.utf8.count < Int32.max {
            text.utf8.span.withUnsafeBytes { append($0) }
            return ChangeMemory.Piece(source: .own, type: BSONType.string, range: start..<memory.own.count)
        }
        do throws(BSONError) {
            // With the key, which an error names.
            let key = memory.own[path].withUnsafeBytes { String(sound: $0) }
            let document = try BSON.encode([key: value])
            let type = document[4]
            memory.own += document[(4 + 1 + path.count + 1)..<(document.count - 1)]
            return ChangeMemory.Piece(source: .own, type: type, range: start..<memory.own.count)
        } catch {
            failure = failure ?? error
            return ChangeMemory.Piece(source: .own, type: BSONType.null, range: start..<start)
        }
    }
}

extension FieldChanges.Place {
    fileprivate func moved(by offset: Int) -> FieldChanges.Place {
        FieldChanges.Place(
            path: path.lowerBound + offset..<path.upperBound + offset, isAddressable: isAddressable,
            old: old?.moved(by: offset), new: new.moved(by: offset), common: common)
    }
}

extension FieldChanges.Kept {
    fileprivate func moved(by offset: Int) -> FieldChanges.Kept {
        let condition: Condition =
            switch condition {
            case .unchanged(let old): .unchanged(old?.moved(by: offset))
            case .notEqual(let value): .notEqual(value.moved(by: offset))
            }
        return FieldChanges.Kept(
            path: path.lowerBound + offset..<path.upperBound + offset, isAddressable: isAddressable,
            condition: condition)
    }
}

extension ChangeMemory.Piece {
    fileprivate func moved(by offset: Int) -> ChangeMemory.Piece {
        guard source == .own else { return self }
        return ChangeMemory.Piece(
            source: source, type: type, range: range.lowerBound + offset..<range.upperBound + offset)
    }
}
