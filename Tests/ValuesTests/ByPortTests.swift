// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

@Suite struct ByPortTests {
    private static let (p, q, r) = (ResourceKey("p"), ResourceKey("q"), ResourceKey("r"))

    @Test func isFoundByKeyWhereverItStands() {
        let ports: ByPort<Int> = [Self.p: 1, Self.q: 2]
        for place in -1...3 { #expect(ports[Self.p, at: place] == 1 && ports[Self.q, at: place] == 2) }
        #expect(ports[Self.q] == 2 && ports[Self.r] == nil && ports[Self.r, at: 0] == nil)
    }

    /// A record that names a port twice.
    @Test func eachInterfaceOfOnePortHasItsOwn() {
        let ports: ByPort<Int> = [Self.p: 1, Self.p: 2]
        #expect(ports[Self.p, at: 0] == 1 && ports[Self.p, at: 1] == 2 && ports[Self.p] == 1)
        #expect(ports[Self.p, at: 2] == 1)
    }

    /// Places are counted from a VM's own first port.
    @Test func thoseOfAnotherVMAreNone() {
        let all: [ByPort<Int>.Entry] = [(Self.r, 0), (Self.p, 1), (Self.p, 2), (Self.q, 3)]
        let ports = ByPort(all[1..<3])
        #expect(ports[Self.p, at: 0] == 1 && ports[Self.p, at: 1] == 2 && ports[Self.p, at: 2] == 1)
        #expect(ports[Self.r, at: -1] == nil && ports[Self.q, at: 2] == nil && ports[Self.r] == nil)
    }
}
