// SPDX-License-Identifier: Apache-2.0

package import Values

/// A JSON text that was checked completely and indexed, but not decoded.
///
/// It accepts what `JSON.parse` accepts, and says the same about it: of equal keys the last one counts, and an object
/// with a lone surrogate in a key is no object. Reading a member costs a look at its neighbours; nothing else is copied
/// or decoded. A few changes can be made on top of the text, and show in whatever is read from then on.
package struct JSONDocument: Sendable {
    private var bytes: [UInt8]
    private var entries: [JSONEntry]

    package init(_ bytes: [UInt8]) throws(JSONError) {
        self.bytes = bytes
        entries = try JSON.lending(bytes) { (bytes) throws(JSONError) in try Indexer.entries(of: bytes) }
    }

    /// Copies the bytes.
    package init(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        entries = try Indexer.entries(of: bytes)
        self.bytes = Array(bytes)
    }

    /// For rare uses: writes the object's JSON and reads it.
    package init(_ object: Object) throws(JSONError) { try self.init(JSON.serialize(.object(object))) }

    /// How many bytes the text has.
    package var size: Int { bytes.count }

    package var isObject: Bool { lent { $0.isObject } }
    package var value: Value { lent { $0.value } }

    /// Lends the root.
    package func lent<Result, Failure>(_ body: (JSONNode) throws(Failure) -> Result) throws(Failure) -> Result {
        try withIndexedText { (text) throws(Failure) in try body(JSONNode(text, 0)) }
    }

    /// Lends the text and its index; the root is the first entry.
    package func withIndexedText<Result, Failure>(
        _ body: (IndexedText) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try entries.withUnsafeBufferPointer { (entries) throws(Failure) in
                try body(IndexedText(bytes: UnsafeRawBufferPointer(bytes), entries: entries))
            }
        }
    }
}

extension JSONDocument {
    /// Removes members of the root.
    package mutating func remove(_ names: MemberNames) {
        guard isObject else { return }
        var found: [Int] = []
        withIndexedText { text in
            text.forEachKey(of: 0) { if names.number(of: text.entries[$0], in: text) != nil { found.append($0) } }
        }
        for key in found { entries[key].isRemoved = true }
    }

    /// Sets `root[container][key]` to a text, in the place of another value or behind all others. Nothing happens if
    /// `root[container]` is no object.
    package mutating func set(_ key: StaticString, in container: StaticString, to text: String) {
        let place = lent { root in
            root[container].flatMap { $0.isObject ? (object: $0.index, key: $0.key(key)) : nil }
        }
        guard let place else { return }
        if let index = place.key {
            let next = Int(entries[index + 1].next)
            entries[index + 1] = append(text, next: next)
        } else {
            let index = Int(entries[place.object].next)
            makeRoom(for: 2, at: index, in: place.object)
            let member = [append(key.description, next: index + 1), append(text, next: index + 2)]
            entries.insert(contentsOf: member, at: index)
        }
    }

    /// Appends a string to the bytes; the entry for it is the caller's to place.
    private mutating func append(_ text: String, next: Int) -> JSONEntry {
        let start = bytes.count + 1
        JSON.serialize(.string(text), into: &bytes)
        let end = bytes.count - 1
        let string = ScannedString(start: start, end: end, hasEscape: end - start > text.utf8.count)
        return JSONEntry(string, next: next)
    }

    /// Moves what the entries say about each other, for entries that are to be the last ones of an object.
    private mutating func makeRoom(for count: UInt32, at index: Int, in object: Int) {
        entries.withUnsafeMutableBufferPointer { entries in
            for other in entries.indices where other >= index || other <= object && entries[other].next >= index {
                entries[other].next += count
            }
        }
    }
}
