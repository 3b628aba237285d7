// SPDX-License-Identifier: Apache-2.0

package import Values

/// Something of each port of one VM, by the port's id. A VM has few ports: looking them through beats hashing.
package struct ByPort<Element> {
    private var entries: [(key: ResourceKey, element: Element)] = []

    package init(minimumCapacity: Int) { entries.reserveCapacity(minimumCapacity) }

    package var elements: some Sequence<Element> { entries.lazy.map(\.element) }

    /// A record may name a port twice: then each of its interfaces has an element.
    package mutating func append(_ element: Element, for key: ResourceKey) { entries.append((key, element)) }

    /// The first element of a port.
    package subscript(key: ResourceKey) -> Element? { entries.first { $0.key == key }?.element }

    /// The element at a place in the order in which they were appended, if it is of this port; otherwise its first.
    package subscript(key: ResourceKey, at place: Int) -> Element? {
        if entries.indices.contains(place), entries[place].key == key { return entries[place].element }
        return self[key]
    }

    package func map<Result>(_ body: (ResourceKey, Element) -> Result) -> ByPort<Result> {
        var result = ByPort<Result>(minimumCapacity: entries.count)
        for entry in entries { result.append(body(entry.key, entry.element), for: entry.key) }
        return result
    }

    package var pairs: some Sequence<(key: ResourceKey, element: Element)> { entries }
}

extension ByPort: Sendable where Element: Sendable {}

extension ByPort: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (ResourceKey, Element)...) { entries = elements.map { ($0, $1) } }
}
