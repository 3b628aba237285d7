// SPDX-License-Identifier: Apache-2.0

import Values

/// A BSON document read where it lies, without building anything.
///
/// Every length is checked before it is followed, so that no bytes can make it read outside the buffer. The view, its
/// elements and their slices are valid only as long as the buffer is: use them inside the closure that lent it.
public struct BSONView {
    /// The whole document, its length and its terminator included.
    public let bytes: UnsafeRawBufferPointer
    /// Where the document begins in the outermost one.
    let offset: Int

    /// Checks the document's own length and terminator; its elements are checked when they are iterated.
    public init(validating bytes: UnsafeRawBufferPointer) throws(BSONError) {
        let length = try BSONBytes(bytes, offset: 0).valueLength(type: BSONType.document)
        guard length == bytes.count else { throw BSONError(.wrongLength, at: 0) }
        self.init(checked: bytes, offset: 0)
    }

    init(checked bytes: UnsafeRawBufferPointer, offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    /// Checks everything that decoding it would check: then nothing in it can fail to be decoded.
    public func validate() throws(BSONError) { try validate(depth: 1) }

    private func validate(depth: Int) throws(BSONError) {
        guard depth <= BSONType.maximumDepth else { throw BSONError(.tooDeep, at: offset) }
        var iterator = makeIterator()
        while let element = try iterator.next() {
            guard element.key.isUTF8 else { throw BSONError(.invalidUTF8, at: element.offset) }
            if let text = element.utf8 {
                guard text.isUTF8 else { throw BSONError(.invalidUTF8, at: element.offset) }
            } else if let document = element.document {
                try document.validate(depth: depth + 1)
            }
        }
    }

    /// Goes through the elements one by one.
    public func makeIterator() -> BSONIterator { BSONIterator(self) }

    /// Shows `body` each element. An error if the document's bytes are no document.
    public func forEach(_ body: (BSONElement) throws(BSONError) -> Void) throws(BSONError) {
        var iterator = makeIterator()
        while let element = try iterator.next() { try body(element) }
    }

    /// The element with this key; of several the last. The whole document is walked.
    public func element(_ key: String) throws(BSONError) -> BSONElement? {
        let name = key.utf8.span.bytes
        var found: ElementPlace?
        var position = Self.firstElement
        while let place = try place(at: position) {
            if place.key.count == name.byteCount,
                UnsafeRawBufferPointer(rebasing: bytes[place.key]).bytes.equals(name)
            {
                found = place
            }
            position = place.value.upperBound
        }
        return found.map(element(at:))
    }

    /// The element at the end of a path of keys (array indexes are keys too); `nil` where the path breaks off.
    public func element(at path: [String]) throws(BSONError) -> BSONElement? {
        var view = self
        var found: BSONElement?
        for (position, key) in path.enumerated() {
            found = try view.element(key)
            guard position < path.count - 1 else { break }
            guard let next = found?.document else { return nil }
            view = next
        }
        return found
    }
}

/// Walks the elements of a document in their order.
public struct BSONIterator {
    private let view: BSONView
    private var position = BSONView.firstElement

    init(_ view: BSONView) { self.view = view }

    /// The next element, or `nil` at the end of the document.
    public mutating func next() throws(BSONError) -> BSONElement? {
        guard let place = try view.place(at: position) else { return nil }
        position = place.value.upperBound
        return view.element(at: place)
    }
}
