// SPDX-License-Identifier: Apache-2.0

/// Something of each port of one VM, by the port's id. A VM has few ports: looking them through beats hashing.
///
/// It is inlinable: modules that use it get it made for their own types.
public struct ByPort<Element> {
    /// A port's id and what there is of it.
    public typealias Entry = (key: ResourceKey, element: Element)

    /// In their order. A record may name a port twice: then each of its interfaces has an element. They may lie among those
    /// of other VMs.
    public let entries: ArraySlice<Entry>

    /// Ports in this order.
    @inlinable
    public init(_ entries: ArraySlice<Entry>) { self.entries = entries }

    /// The first element of a port.
    @inlinable
    public subscript(key: ResourceKey) -> Element? { entries.first { $0.key == key }?.element }

    /// The element at a place in their order, if it is of this port; otherwise its first.
    @inlinable
    public subscript(key: ResourceKey, at place: Int) -> Element? {
        let index = entries.startIndex + place
        if entries.indices.contains(index), entries[index].key == key { return entries[index].element }
        return self[key]
    }
}

extension ByPort: Sendable where Element: Sendable {}

extension ByPort: ExpressibleByDictionaryLiteral {
    /// Ports written out.
    @inlinable
    public init(dictionaryLiteral elements: (ResourceKey, Element)...) { entries = elements.map { ($0, $1) }[...] }
}
