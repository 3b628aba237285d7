// SPDX-License-Identifier: Apache-2.0

/// Something of each port of one VM, by the port's id. A VM has few ports: looking them through beats hashing.
///
/// It is inlinable: modules that use it get it made for their own types.
public struct ByPort<Element> {
    /// A port's id and what there is of it.
    public typealias Entry = (key: ResourceKey, element: Element)

    @usableFromInline var entries: ArraySlice<Entry> = []

    /// Ports that may lie among those of other VMs.
    @inlinable
    public init(_ entries: ArraySlice<Entry>) { self.entries = entries }

    /// - Parameter minimumCapacity: for so many ports room is made at once.
    @inlinable
    public init(minimumCapacity: Int) { entries.reserveCapacity(minimumCapacity) }

    /// The elements in their order.
    @inlinable
    public var elements: some Sequence<Element> { entries.lazy.map(\.element) }

    /// A record may name a port twice: then each of its interfaces has an element.
    @inlinable
    public mutating func append(_ element: Element, for key: ResourceKey) { entries.append((key, element)) }

    /// The first element of a port.
    @inlinable
    public subscript(key: ResourceKey) -> Element? { entries.first { $0.key == key }?.element }

    /// The element at a place in the order in which they were appended, if it is of this port; otherwise its first.
    @inlinable
    public subscript(key: ResourceKey, at place: Int) -> Element? {
        let index = entries.startIndex + place
        if entries.indices.contains(index), entries[index].key == key { return entries[index].element }
        return self[key]
    }

    /// The same ports with what `body` makes of each.
    @inlinable
    public func map<Result>(_ body: (ResourceKey, Element) -> Result) -> ByPort<Result> {
        var result = ByPort<Result>(minimumCapacity: entries.count)
        for entry in entries { result.append(body(entry.key, entry.element), for: entry.key) }
        return result
    }

    /// The ports' keys with their elements, in their order.
    @inlinable
    public var pairs: some Sequence<(key: ResourceKey, element: Element)> { entries }
}

extension ByPort: Sendable where Element: Sendable {}

extension ByPort: ExpressibleByDictionaryLiteral {
    /// Ports written out.
    @inlinable
    public init(dictionaryLiteral elements: (ResourceKey, Element)...) { entries = elements.map { ($0, $1) }[...] }
}
