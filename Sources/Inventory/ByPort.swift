// SPDX-License-Identifier: Apache-2.0

package import Values

/// Something of each port of one VM, by the port's id. A VM has few ports: looking them through beats hashing.
package struct ByPort<Element> {
    private var entries: [(key: ResourceKey, element: Element)] = []

    package init() {}

    package init(minimumCapacity: Int) { entries.reserveCapacity(minimumCapacity) }

    package var elements: some Sequence<Element> { entries.lazy.map(\.element) }

    /// Of several elements for one port the first counts, which is the same: they are of one port at one time.
    package mutating func append(_ element: Element, for key: ResourceKey) { entries.append((key, element)) }

    package subscript(key: ResourceKey) -> Element? { entries.first { $0.key == key }?.element }

    /// The same, found at once if it is that of the port at a place in the order in which they were appended.
    package subscript(key: ResourceKey, at place: Int) -> Element? {
        if entries.indices.contains(place), entries[place].key == key { return entries[place].element }
        return self[key]
    }

    package func map<Result>(_ body: (ResourceKey, Element) -> Result) -> ByPort<Result> {
        var result = ByPort<Result>(minimumCapacity: entries.count)
        for entry in entries { result.append(body(entry.key, entry.element), for: entry.key) }
        return result
    }

    package func keys(where isWanted: (Element) -> Bool) -> [ResourceKey] {
        entries.compactMap { isWanted($0.element) ? $0.key : nil }
    }
}

extension ByPort: Sendable where Element: Sendable {}

extension ByPort: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (ResourceKey, Element)...) { entries = elements.map { ($0, $1) } }
}
