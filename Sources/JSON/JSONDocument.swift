// SPDX-License-Identifier: Apache-2.0

package import Values

/// A JSON text that was checked completely and indexed, but not decoded.
///
/// A text is accepted if `JSON.parse` accepts it, and says the same: of equal keys the last one counts, and an object
/// with a lone surrogate in a key is no object. Reading a member costs a look at its neighbours; nothing else is copied
/// or decoded. A few changes can be made on top of a text, and show in whatever is read from then on.
package struct JSONDocument: Sendable {
    /// As a `PaddedText`, with what was set behind it in the same way.
    @usableFromInline private(set) var bytes: [UInt8] = []
    @usableFromInline private(set) var entries: [JSONEntry] = Self.null
    /// Among which keys those of its objects are.
    @usableFromInline private(set) var keys: KnownKeys.Identity?

    private static let null = [JSONEntry(offset: 0, next: 1, kind: .null)]

    /// Says null until a text is put in its place.
    package init() {}

    package init(_ text: [UInt8]) throws(JSONError) {
        self = try JSON.lending(text) { (text) throws(JSONError) in try JSONDocument(text) }
    }

    package init(_ text: UnsafeRawBufferPointer) throws(JSONError) {
        var none = KnownKeys(limit: 0)
        try replace(with: text, &none)
    }

    /// For rare uses: writes the object's JSON and reads it.
    package init(_ object: Object) throws(JSONError) { try self.init(JSON.serialize(.object(object))) }

    /// Puts a copy of a text in the place of the one before, in the same memory. It says null if this is no JSON.
    ///
    /// - Parameter known: the keys of other texts, to which those of this one are added.
    package mutating func replace(
        with text: UnsafeRawBufferPointer, _ known: inout KnownKeys
    ) throws(JSONError) {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: text)
        pad()
        do throws(JSONError) {
            try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
                try Indexer.append(entriesOf: UnsafeRawBufferPointer(bytes), to: &entries, &known)
            }
        } catch {
            entries += Self.null
            throw error
        }
        keys = known.identity
    }

    private mutating func pad() { bytes.append(contentsOf: Self.padding) }

    private static let padding = [UInt8](repeating: 0, count: PaddedText.padding)

    package var isObject: Bool { lent { $0.isObject } }
    package var value: Value { lent { $0.value } }

    /// Lends the root. It is inlinable: modules that use it get it made for their own types.
    @inlinable
    package func lent<Result, Failure>(_ body: (JSONNode) throws(Failure) -> Result) throws(Failure) -> Result {
        try withIndexedText { (text) throws(Failure) in try body(JSONNode(text, 0)) }
    }

    /// Lends the text and its index; the root is the first entry.
    @inlinable
    package func withIndexedText<Result, Failure>(
        _ body: (IndexedText) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try entries.withUnsafeBufferPointer { (entries) throws(Failure) in
                try body(IndexedText(bytes: UnsafeRawBufferPointer(bytes), entries: entries, keys: keys))
            }
        }
    }
}

extension JSONDocument {
    /// Removes members of the root.
    package mutating func remove(_ members: inout MemberFinder) {
        let keys = keys
        bytes.withUnsafeBufferPointer { bytes in
            entries.withUnsafeMutableBufferPointer { entries in
                let text = IndexedText(
                    bytes: UnsafeRawBufferPointer(bytes), entries: UnsafeBufferPointer(entries), keys: keys)
                members.forEachKey(of: JSONNode(text, 0)) { key, _ in entries[key].isRemoved = true }
            }
        }
    }

    /// In an object that is a member of the root, sets a member to a text, in the place of another value or behind all
    /// others. Nothing happens if there is no such object.
    ///
    /// - Parameters:
    ///   - container: finds the object, by the first of its names.
    ///   - known: what the document was indexed with; else nothing is known of the object any more.
    package mutating func set(
        _ key: StaticString, in container: inout MemberFinder, to text: String, _ known: inout KnownKeys
    ) {
        let place = lent { root in
            container.members(of: root)[0].flatMap { $0.isObject ? (object: $0.index, key: $0.key(key)) : nil }
        }
        guard let place else { return }
        if let key = place.key {
            entries[key + 1] = append(text, next: Int(entries[key + 1].next))
        } else {
            let index = Int(entries[place.object].next)
            makeRoom(for: 2, at: index, in: place.object)
            entries[place.object].length =
                keys == known.identity ? known.key(key, behind: entries[place.object].length) : KnownKeys.unknown
            let member = [append(key.description, next: index + 1), append(text, next: index + 2)]
            entries.insert(contentsOf: member, at: index)
        }
    }

    /// Appends a string to the text; the entry for it is the caller's to place.
    private mutating func append(_ text: String, next: Int) -> JSONEntry {
        let start = bytes.count + 1
        JSON.serialize(.string(text), into: &bytes)
        let end = bytes.count - 1
        pad()
        return JSONEntry(
            ScannedString(start: start, end: end, hasEscape: end - start > text.utf8.count), next: next)
    }

    /// Moves what the entries say about each other, for entries that are to be the last ones of an object.
    private mutating func makeRoom(for count: UInt32, at index: Int, in object: Int) {
        entries.withUnsafeMutableBufferPointer { entries in
            for other in 0...object where entries[other].next >= index { entries[other].next += count }
            for other in index..<entries.count { entries[other].next += count }
        }
    }
}
