// SPDX-License-Identifier: Apache-2.0

/// Some consecutive objects of a listing, and the markers to go on from there.
struct PageWindow {
    var items: ArraySlice<CloudItem>
    /// As many objects as the limit allows: OpenStack then assumes that there are more.
    let isFull: Bool
    /// The markers of the first and the last object; `nil` for an empty page.
    let first: String?
    let last: String?

    /// - Parameters:
    ///   - start: the index of the first object.
    ///   - limit: the most objects; `nil` for all.
    init(of items: [CloudItem], from start: Int, limit: Int?) {
        let end = limit.map { min(items.count, start + $0) } ?? items.count
        self.items = items[start..<end]
        isFull = limit.map { $0 > 0 && end - start == $0 } ?? false
        first = start < end ? Self.marker(of: start, in: items) : nil
        last = start < end ? Self.marker(of: end - 1, in: items) : nil
    }

    /// An object without an id of its own is marked by its position, so that paging over any JSON is complete.
    private static func marker(of index: Int, in items: [CloudItem]) -> String {
        guard let id = items[index].id, items.index(ofID: id) == index else {
            return "position-\(index)"
        }
        return id
    }

    /// The index of a marker's object; `nil` if there is none.
    static func index(ofMarker marker: String, in items: [CloudItem]) -> Int? {
        if let index = items.index(ofID: marker) { return index }
        guard marker.hasPrefix("position-"), let index = Int(marker.dropFirst(9)), items.indices.contains(index) else {
            return nil
        }
        return index
    }
}
