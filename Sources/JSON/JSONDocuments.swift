// SPDX-License-Identifier: Apache-2.0

import Values

/// JSON texts that were checked completely and indexed, but not decoded. They and their indexes lie one behind the other
/// in memory that they share, since there may be three for each of thousands of VMs.
///
/// A text is accepted if `JSON.parse` accepts it, and says the same: of equal keys the last one counts, and an object
/// with a lone surrogate in a key is no object. Reading a member costs a look at its neighbours; nothing else is copied
/// or decoded. A few changes can be made on top of a text, and show in whatever is read from then on.
package struct JSONDocuments: Sendable {
    @usableFromInline private(set) var bytes: [UInt8] = []
    @usableFromInline private(set) var entries: [JSONEntry] = []
    private var places: [Place] = []

    /// Where a text and its entries begin. They end where those of the next one begin.
    private struct Place {
        let bytes: Int
        let entries: Int
    }

    /// - Parameters:
    ///   - count: for so many texts there is room at once,
    ///   - size: of so many bytes together.
    package init(capacity count: Int, size: Int) {
        bytes.reserveCapacity(size)
        entries.reserveCapacity(size / 12 + 8 * count)
        places.reserveCapacity(count)
    }

    package var count: Int { places.count }

    /// How many bytes all texts have.
    package var size: Int { bytes.count }

    /// Appends a copy of a text; nothing, if it is no JSON.
    package mutating func append(_ text: UnsafeRawBufferPointer) throws(JSONError) {
        let place = Place(bytes: bytes.count, entries: entries.count)
        bytes.append(contentsOf: text)
        do throws(JSONError) {
            try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
                let text = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[place.bytes...]))
                try Indexer.append(entriesOf: text, to: &entries)
            }
        } catch {
            bytes.removeSubrange(place.bytes...)
            throw error
        }
        places.append(place)
    }

    /// Removes the document that was appended last.
    package mutating func removeLast() {
        let place = places.removeLast()
        bytes.removeSubrange(place.bytes...)
        entries.removeSubrange(place.entries...)
    }

    /// Removes all documents and keeps the memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }

    /// Lends the root of a document. It is inlinable: modules that use it get it made for their own types.
    @inlinable
    package func lent<Result, Failure>(
        _ number: Int, _ body: (JSONNode) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withIndexedText(of: number) { (text) throws(Failure) in try body(JSONNode(text, 0)) }
    }

    /// Lends the text of a document and its index; the root is the first entry.
    @inlinable
    package func withIndexedText<Result, Failure>(
        of number: Int, _ body: (IndexedText) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let (texts, indexes) = (textRange(number), entryRange(number))
        return try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try entries.withUnsafeBufferPointer { (entries) throws(Failure) in
                try body(
                    IndexedText(
                        bytes: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[texts])),
                        entries: UnsafeBufferPointer(rebasing: entries[indexes])))
            }
        }
    }

    @usableFromInline
    func textRange(_ number: Int) -> Range<Int> {
        places[number].bytes..<(number + 1 < places.count ? places[number + 1].bytes : bytes.count)
    }

    @usableFromInline
    func entryRange(_ number: Int) -> Range<Int> {
        places[number].entries..<(number + 1 < places.count ? places[number + 1].entries : entries.count)
    }
}

extension JSONDocuments {
    /// Removes members of the root of a document.
    package mutating func remove(_ names: MemberNames, of number: Int) {
        guard lent(number, \.isObject) else { return }
        var found: [Int] = []
        withIndexedText(of: number) { text in
            text.forEachKey(of: 0) { if names.number(of: text.entries[$0], in: text) != nil { found.append($0) } }
        }
        for key in found { entries[places[number].entries + key].isRemoved = true }
    }

    /// In the document that was appended last, sets `root[container][key]` to a text, in the place of another value or
    /// behind all others. Nothing happens if `root[container]` is no object.
    package mutating func setInLast(_ key: StaticString, in container: StaticString, to text: String) {
        let place = lent(count - 1) { root in
            root[container].flatMap { $0.isObject ? (object: $0.index, key: $0.key(key)) : nil }
        }
        guard let place, let start = places.last?.entries else { return }
        if let key = place.key {
            entries[start + key + 1] = append(text, next: Int(entries[start + key + 1].next))
        } else {
            let index = Int(entries[start + place.object].next)
            makeRoom(for: 2, at: index, in: place.object)
            let member = [append(key.description, next: index + 1), append(text, next: index + 2)]
            entries.insert(contentsOf: member, at: start + index)
        }
    }

    /// Appends a string to the last text; the entry for it is the caller's to place.
    private mutating func append(_ text: String, next: Int) -> JSONEntry {
        let start = bytes.count + 1
        JSON.serialize(.string(text), into: &bytes)
        let end = bytes.count - 1
        let offset = places.last?.bytes ?? 0
        let string = ScannedString(
            start: start - offset, end: end - offset, hasEscape: end - start > text.utf8.count)
        return JSONEntry(string, next: next)
    }

    /// Moves what the entries of the last document say about each other, for entries that are to be the last ones of an
    /// object.
    private mutating func makeRoom(for count: UInt32, at index: Int, in object: Int) {
        let start = places.last?.entries ?? 0
        entries.withUnsafeMutableBufferPointer { entries in
            let entries = UnsafeMutableBufferPointer(rebasing: entries[start...])
            for other in entries.indices where other >= index || other <= object && entries[other].next >= index {
                entries[other].next += count
            }
        }
    }
}
