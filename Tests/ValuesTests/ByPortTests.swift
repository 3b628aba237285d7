// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

@Suite struct ByPortTests {
    private static let (p, q, r) = (ResourceKey("p"), ResourceKey("q"), ResourceKey("r"))

    @Test func isFoundByKeyWhereverItStands() {
        let ports: ByPort<Int> = [Self.p: 1, Self.q: 2]
        for place in -1...3 { #expect(ports[Self.p, at: place] == 1 && ports[Self.q, at: place] == 2) }
        #expect(ports[Self.q] == 2 && ports[Self.r] == nil && ports[Self.r, at: 0] == nil)
        #expect(Array(ports.elements) == [1, 2] && ports.pairs.filter { $1 > 1 }.map(\.key) == [Self.q])
        #expect(ports.map { $0 == Self.q ? "\($1)" : "x" }[Self.q] == "2")
    }

    /// A record that names a port twice.
    @Test func eachInterfaceOfOnePortHasItsOwn() {
        var ports = ByPort<Int>(minimumCapacity: 2)
        ports.append(1, for: Self.p)
        ports.append(2, for: Self.p)
        #expect(ports[Self.p, at: 0] == 1 && ports[Self.p, at: 1] == 2 && ports[Self.p] == 1)
        #expect(ports[Self.p, at: 2] == 1)
    }
}
