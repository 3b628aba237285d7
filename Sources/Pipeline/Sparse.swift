// SPDX-License-Identifier: Apache-2.0

/// Something about a few of many numbered objects, or about all of them. As long as there is nothing, it takes no memory.
struct Sparse<Element> {
    private let limit: Int
    /// By number, the place + 1 in `elements`; 0: there is none.
    private var places: [UInt32] = []
    private var elements: [Element] = []

    /// - Parameter limit: all numbers are below.
    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { elements.isEmpty }

    subscript(number: Int) -> Element? {
        guard !elements.isEmpty, places[number] > 0 else { return nil }
        return elements[Int(places[number]) - 1]
    }

    /// Adds what there was none of.
    mutating func insert(_ element: consuming Element, for number: Int) {
        if places.isEmpty { places = Array(repeating: 0, count: limit) }
        elements.append(element)
        places[number] = UInt32(truncatingIfNeeded: elements.count)
    }

    /// Changes what there is, if there is any.
    mutating func change(_ number: Int, _ body: (inout Element) -> Void) {
        guard !elements.isEmpty, places[number] > 0 else { return }
        body(&elements[Int(places[number]) - 1])
    }
}

extension Sparse: Sendable where Element: Sendable {}
