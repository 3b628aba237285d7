// SPDX-License-Identifier: Apache-2.0

import Values

/// Where the elements of one document lie, found in one walk for all that is looked up in it. Valid as long as the
/// document's bytes, and until its memory is used anew.
public struct BSONIndex {
    private let view: BSONView
    private let places: UnsafeBufferPointer<Place>
    private let memory: UnsafeMutablePointer<BSONIndexMemory.State>

    fileprivate struct Place: BitwiseCopyable {
        let key: UInt32
        /// Just behind the key's terminator.
        let value: UInt32
        let end: UInt32
    }

    /// Reads the document's keys and lengths once. An error if they do not fit it.
    ///
    /// - Parameter memory: where they are noted. It has to live as long.
    public init(_ view: BSONView, in memory: borrowing BSONIndexMemory) throws(BSONError) {
        try self.init(view, in: memory.state)
    }

    private init(
        _ view: BSONView, in memory: UnsafeMutablePointer<BSONIndexMemory.State>
    ) throws(BSONError) {
        memory.pointee.begin()
        var position = BSONView.firstElement
        while let place = try view.place(at: position) {
            memory.pointee.append(
                Place(
                    key: UInt32(truncatingIfNeeded: place.key.lowerBound),
                    value: UInt32(truncatingIfNeeded: place.value.lowerBound),
                    end: UInt32(truncatingIfNeeded: place.value.upperBound)))
            position = place.value.upperBound
        }
        self.init(view, memory.pointee.end(), memory)
    }

    private init(
        _ view: BSONView, _ places: UnsafeBufferPointer<Place>, _ memory: UnsafeMutablePointer<BSONIndexMemory.State>
    ) {
        (self.view, self.places, self.memory) = (view, places, memory)
    }

    /// That of a document or an array within this one, in the same memory; `nil` if the element is neither, or not sound.
    public func index(of element: BSONElement) -> BSONIndex? {
        element.document.flatMap { try? BSONIndex($0, in: memory) }
    }

    /// That of a document without elements.
    public var empty: BSONIndex {
        BSONIndex(
            BSONView(checked: StaticString("\u{5}\0\0\0\0").bytes, offset: 0),
            UnsafeBufferPointer(start: nil, count: 0), memory)
    }

    /// The element with this key; of several the last.
    public func element(_ key: StaticString) -> BSONElement? { element(utf8: key.bytes.bytes) }

    /// The same for any text.
    public func element(named key: String) -> BSONElement? { element(utf8: key.utf8.span.bytes) }

    private func element(utf8 name: RawSpan) -> BSONElement? {
        let (places, bytes) = (places.span, view.bytes)
        var index = places.count
        while index > 0 {
            index &-= 1
            let place = places[unchecked: index]
            guard Int(place.value &- place.key) &- 1 == name.byteCount else { continue }
            let (start, value, end) = (Int(place.key), Int(place.value), Int(place.end))
            if bytes.bytes.extracting(unchecked: start..<value &- 1).equals(name) {
                return view.element(
                    at: ElementPlace(
                        type: bytes[start &- 1], key: Range(uncheckedBounds: (start, value &- 1)),
                        value: Range(uncheckedBounds: (value, end))))
            }
        }
        return nil
    }

    /// The whole document.
    public var document: BSONView { view }
}

/// Memory for the indexes of documents that are looked into together: a record has a dozen small ones.
public struct BSONIndexMemory: ~Copyable {
    /// Shared with the indexes without counting them: a dozen of references would be for each record.
    fileprivate let state: UnsafeMutablePointer<State>

    /// Memory for some hundred elements, and more when it is needed.
    public init() {
        state = .allocate(capacity: 1)
        state.initialize(to: State())
    }

    deinit {
        state.pointee.removeAll()
        state.pointee.chunk.deallocate()
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// Uses the memory anew: no index in it is valid any more.
    public func removeAll() { state.pointee.removeAll() }

    fileprivate struct State {
        var chunk = UnsafeMutableBufferPointer<BSONIndex.Place>.allocate(capacity: 256)
        /// Of the chunk: where the current index begins, and ends so far.
        var start = 0
        var count = 0
        /// Chunks that indexes lie in and that have no more room.
        var full: [UnsafeMutableBufferPointer<BSONIndex.Place>] = []

        mutating func removeAll() {
            (start, count) = (0, 0)
            if full.isEmpty { return }
            for chunk in full { chunk.deallocate() }
            full = []
        }

        mutating func begin() { start = count }

        mutating func append(_ place: BSONIndex.Place) {
            if count == chunk.count { grow() }
            chunk.initializeElement(at: count, to: place)
            count += 1
        }

        func end() -> UnsafeBufferPointer<BSONIndex.Place> {
            UnsafeBufferPointer(UnsafeMutableBufferPointer(rebasing: chunk[start..<count]))
        }

        /// Goes on with the current index in a larger chunk.
        private mutating func grow() {
            let larger = UnsafeMutableBufferPointer<BSONIndex.Place>.allocate(capacity: 2 * chunk.count)
            _ = larger.initialize(fromContentsOf: chunk[start..<count])
            full.append(chunk)
            (chunk, start, count) = (larger, 0, count - start)
        }
    }
}
