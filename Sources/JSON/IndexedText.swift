// SPDX-License-Identifier: Apache-2.0

import Values

/// An indexed JSON text, lent for a while: what the index says, and what it stands for.
package struct IndexedText {
    /// As a `PaddedText`, of which each text of an entry is a part.
    package let bytes: UnsafeRawBufferPointer
    package let entries: UnsafeBufferPointer<JSONEntry>
    /// Among which keys those of its objects are; `nil` if nothing is known of them.
    package let keys: KnownKeys.Identity?

    @usableFromInline
    init(bytes: UnsafeRawBufferPointer, entries: UnsafeBufferPointer<JSONEntry>, keys: KnownKeys.Identity? = nil) {
        (self.bytes, self.entries, self.keys) = (bytes, entries, keys)
    }

    /// What tells an object's keys and their order from those of others, as far as they were indexed with the same
    /// `KnownKeys`; `nil` if that is not known.
    @inline(__always)
    package func form(of object: JSONEntry) -> Int? {
        object.length > KnownKeys.unknown ? Int(object.length) : nil
    }

    /// The text of a scalar as it stands; a string's without its quotes.
    @inline(__always)
    func source(of entry: JSONEntry) -> UnsafeRawBufferPointer {
        let start = bytes.baseAddress.map { $0 + Int(entry.offset) }
        return UnsafeRawBufferPointer(start: start, count: Int(entry.length))
    }

    /// Writes the text of a string that has escapes, which takes no more bytes than its source does.
    /// - Returns: how many bytes were written.
    package func decode(_ entry: JSONEntry, into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        StringScanner(source(of: entry)).decode(into: output)
    }

    /// The text of a string or key; `nil` if it has a lone surrogate.
    package func string(_ entry: JSONEntry) -> String? {
        guard !entry.isUnrepresentable else { return nil }
        let source = source(of: entry)
        guard entry.hasEscape else { return String(sound: source) }
        return String(unsafeUninitializedCapacity: source.count) { StringScanner(source).decode(into: $0) }
    }

    /// The number of an entry of kind `double`, correctly rounded (1e309 is infinite).
    package func double(_ entry: JSONEntry) -> Double { NumberScanner(source(of: entry)).double }

    /// The entry of the key of an object's member, whose value comes right behind it; of equal keys the last.
    func key(_ name: UnsafeRawBufferPointer, of object: Int) -> Int? {
        var key: Int?
        forEachKey(of: object) { if matches(entries[$0], name) { key = $0 } }
        return key
    }

    @inline(__always)
    func matches(_ entry: JSONEntry, _ text: UnsafeRawBufferPointer) -> Bool {
        if entry.hasEscape { return matchesDecoded(entry, text) }
        return entry.length == text.count && source(of: entry).bytes.equals(text.bytes)
    }

    private func matchesDecoded(_ entry: JSONEntry, _ text: UnsafeRawBufferPointer) -> Bool {
        guard entry.length > text.count, !entry.isUnrepresentable else { return false }
        let source = source(of: entry)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count) { decoded in
            let count = StringScanner(source).decode(into: decoded)
            return decoded.prefix(count).elementsEqual(text)
        }
    }

    /// Gives the index of each element of an array.
    @inline(__always)
    func forEachElement<Failure>(of array: Int, _ body: (Int) throws(Failure) -> Void) throws(Failure) {
        var element = array + 1
        while element < entries[array].next {
            try body(element)
            element = Int(entries[element].next)
        }
    }

    /// Gives the index of each key of an object, as a rule of those that were not removed.
    @inline(__always)
    func forEachKey(of object: Int, removedToo: Bool = false, _ body: (Int) -> Void) {
        var key = object + 1
        while key < entries[object].next {
            if removedToo || !entries[key].isRemoved { body(key) }
            key = Int(entries[key + 1].next)
        }
    }
}

extension IndexedText {
    /// None.
    package init() {
        self.init(
            bytes: UnsafeRawBufferPointer(start: nil, count: 0), entries: UnsafeBufferPointer(start: nil, count: 0))
    }
}
