// SPDX-License-Identifier: Apache-2.0

import Values

/// Where the elements of one document lie, found in one walk for all that is looked up in it. Valid as long as the
/// document's bytes.
public struct BSONIndex {
    private let view: BSONView
    private let places: [Place]

    private struct Place: BitwiseCopyable {
        let key: UInt32
        /// Just behind the key's terminator.
        let value: UInt32
        let end: UInt32
    }

    /// That of a document without elements.
    public init() {
        view = BSONView(checked: StaticString("\u{5}\0\0\0\0").bytes, offset: 0)
        places = []
    }

    /// Reads the document's keys and lengths once. An error if they do not fit it.
    public init(_ view: BSONView) throws(BSONError) {
        var places: [Place] = []
        places.reserveCapacity(16)
        var position = BSONView.firstElement
        while let place = try view.place(at: position) {
            places.append(
                Place(
                    key: UInt32(truncatingIfNeeded: place.key.lowerBound),
                    value: UInt32(truncatingIfNeeded: place.value.lowerBound),
                    end: UInt32(truncatingIfNeeded: place.value.upperBound)))
            position = place.value.upperBound
        }
        self.view = view
        self.places = places
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
