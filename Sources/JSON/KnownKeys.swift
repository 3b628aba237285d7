// SPDX-License-Identifier: Apache-2.0

import CScan
import Synchronization
import Values

/// The keys of objects that were indexed before, each in its place: behind the one before it in its object, or as the
/// first of an object below a key. The objects of a listing have the same keys, written in the same way: where one has
/// come before, it need not be looked through again, but only compared.
///
/// So an object can be told by its last key: two of the same have the same keys in the same order.
package struct KnownKeys: ~Copyable {
    private var keys: [Key] = []
    private var texts = OwnedBytes(capacity: 0)
    /// The number says nothing of objects that were indexed with other keys.
    package private(set) var identity: Identity
    private let limit: Int

    /// Tells all `KnownKeys` of a process from each other, and what they knew before they forgot everything.
    package struct Identity: Sendable, Equatable, BitwiseCopyable {
        private let number: UInt64
        private static let last = Atomic<UInt64>(0)

        fileprivate static var new: Identity {
            Identity(number: last.wrappingAdd(1, ordering: .relaxed).newValue)
        }
    }

    /// A key with its quotes, its colon, and the space that may be behind it.
    private struct Key: BitwiseCopyable {
        /// Where it lies in `texts`.
        let start: UInt32
        let length: UInt16
        /// Of the key alone.
        let keyLength: UInt16
        /// Another one that came in the same place.
        var other: UInt32 = 0
        /// The first one that came behind it, and the first below it.
        var firsts: InlineArray<2, UInt32> = [0, 0]
    }

    /// Where a key may be: behind another one, or as the first of an object below it.
    struct Place: BitwiseCopyable {
        fileprivate let number: UInt32

        /// As the first one of the text's root.
        static let root = Place(firstBelow: 0)

        @inline(__always)
        init(behind key: UInt32) { number = key &* 2 }

        @inline(__always)
        init(firstBelow key: UInt32) { number = key &* 2 &+ 1 }
    }

    /// The number that all keys have which are not known.
    static let unknown: UInt32 = 1

    /// Most places have one key; what comes in a place that has so many is not learned.
    private static let placeLimit = 8
    /// The longest key that is learned.
    private static let lengthLimit = 256

    /// - Parameter limit: of so many keys at most something is known.
    package init(limit: Int = 4096) {
        self.limit = limit
        identity = .new
        forget()
    }

    /// Makes room for more, if there is none: everything is forgotten.
    mutating func begin() {
        guard keys.count >= limit, limit > 0 else { return }
        identity = .new
        forget()
    }

    private mutating func forget() {
        keys.removeAll(keepingCapacity: true)
        texts.removeAll()
        // The root of a text, and the unknown one.
        for _ in 0...Self.unknown { keys.append(Key(start: 0, length: 0, keyLength: 0)) }
    }

    /// The first of the keys that came in a place; 0 if there is none.
    private subscript(place: Place) -> UInt32 {
        @inline(__always)
        get { keys[Int(place.number >> 1)].firsts[Int(place.number & 1)] }
        set { keys[Int(place.number >> 1)].firsts[Int(place.number & 1)] = newValue }
    }

    /// A key that was found.
    struct Found {
        /// 0 if there was none.
        let number: UInt32
        /// See `Key`.
        let length: Int
        let keyLength: UInt32
    }

    /// Finds the key with which a text goes on.
    ///
    /// - Parameter text: what there is of it, with the zeros of a `PaddedText`.
    @inline(__always)
    func find(_ place: Place, at text: UnsafeRawPointer) -> Found {
        var number = self[place]
        while number != 0 {
            let key = keys[Int(number)]
            let length = Int(key.length)
            if vw_begins(text, texts.bytes.baseAddress.map { $0 + Int(key.start) }, length) {
                return Found(number: number, length: length, keyLength: UInt32(key.keyLength))
            }
            number = key.other
        }
        return Found(number: 0, length: 0, keyLength: 0)
    }

    /// The number of a key behind another one, as if a text had it there.
    ///
    /// - Parameter name: needs no escapes.
    mutating func key(_ name: StaticString, behind last: UInt32) -> UInt32 {
        guard last > Self.unknown else { return Self.unknown }
        let (place, length) = (Place(behind: last), name.utf8CodeUnitCount)
        return withUnsafeTemporaryAllocation(byteCount: length + 3 + PaddedText.padding, alignment: 1) { text in
            text.initializeMemory(as: UInt8.self, repeating: 0)
            (text[0], text[length + 1]) = (.quote, .quote)
            UnsafeMutableRawBufferPointer(rebasing: text[1...]).copyMemory(from: name.bytes)
            text[length + 2] = .colon
            guard let base = text.baseAddress else { return Self.unknown }
            let number = find(place, at: base).number
            guard number == 0 else { return number }
            let text = UnsafeRawBufferPointer(start: base, count: length + 3)
            return learn(text, keyLength: length, at: place)
        }
    }

    /// Takes a key that was not found, if there is room for it.
    ///
    /// - Parameter text: with its quotes, its colon, and the space that may be behind it.
    /// - Returns: its number.
    @inline(never)
    mutating func learn(_ text: UnsafeRawBufferPointer, keyLength: Int, at place: Place) -> UInt32 {
        guard place.number >> 1 != Self.unknown, keys.count < limit, text.count <= Self.lengthLimit else {
            return Self.unknown
        }
        let number = UInt32(keys.count)
        if self[place] == 0 {
            self[place] = number
        } else {
            var (last, count) = (Int(self[place]), 1)
            while keys[last].other != 0 { (last, count) = (Int(keys[last].other), count + 1) }
            guard count < Self.placeLimit else { return Self.unknown }
            keys[last].other = number
        }
        keys.append(
            Key(start: UInt32(texts.count), length: UInt16(text.count), keyLength: UInt16(keyLength)))
        texts.append(utf8: text)
        texts.reserve(PaddedText.padding)
        return number
    }
}
