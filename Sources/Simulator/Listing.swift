// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// The objects of one kind in listing order, and the pages rendered from them since the last change.
struct Listing: Sendable {
    private(set) var items: [CloudItem]
    private var pages: [String: ByteBuffer] = [:]
    /// What selections chose since the last change, so that not every page chooses anew.
    private var selected: [String: Listing] = [:]
    /// The index of the object that followed a removed one, by the removed one's id.
    private var removed: [String: Int] = [:]

    /// More pages than any client asks for between two changes; keeps odd queries from filling the memory.
    private static let mostPages = 4096
    private static let mostSelections = 64

    init(_ items: [CloudItem]) { self.items = items }

    mutating func update(at index: Int, to item: CloudItem) {
        items[index] = item
        forget()
    }

    mutating func insert(_ item: CloudItem, at index: Int) {
        items.insert(item, at: index)
        removed = removed.mapValues { $0 >= index ? $0 + 1 : $0 }
        forget()
    }

    mutating func remove(at index: Int) {
        let item = items.remove(at: index)
        removed = removed.mapValues { $0 > index ? $0 - 1 : $0 }
        if let id = item.id { removed[id] = index }
        forget()
    }

    /// The page cached under `key`, rendered if need be; `nil` if rendering says that there is no such page.
    ///
    /// - Parameter selection: what to list instead of everything.
    mutating func page(
        _ key: String, of selection: PortSelection?, render: (Listing) -> ByteBuffer?
    ) -> ByteBuffer? {
        if let page = pages[key] { return page }
        if pages.count >= Self.mostPages || selected.count >= Self.mostSelections { forget() }
        let listing = selection.flatMap { select($0) } ?? self
        guard let page = render(listing) else { return nil }
        pages[key] = page
        return page
    }

    private mutating func select(_ selection: PortSelection) -> Listing? {
        guard let key = selection.key else { return nil }
        if let listing = selected[key] { return listing }
        let listing = Listing(selection.chosen(from: items))
        selected[key] = listing
        return listing
    }

    private mutating func forget() {
        pages.removeAll(keepingCapacity: true)
        selected.removeAll()
    }

    /// The object with an id; the first, if a given cloud holds several.
    func index(ofID id: String) -> Int? { items.index(ofID: id) }

    /// Where to go on after an object that was removed; `nil` if it never was there.
    func index(afterRemoved id: String) -> Int? { removed[id] }

    /// Where an object with this id belongs in a listing ordered by id.
    func insertionIndex(forID id: String) -> Int {
        var low = 0
        var high = items.count
        while low < high {
            let middle = (low + high) / 2
            if (items[middle].id ?? "") < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
