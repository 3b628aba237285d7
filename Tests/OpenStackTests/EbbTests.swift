// SPDX-License-Identifier: Apache-2.0

import Support
import Testing

@Suite struct EbbTests {
    /// Memory is given back once when a flood is over, and not between two waves of it.
    @Test(
        arguments: [
            ([0, 0, 0], [false, false, false]),
            ([1000, 0, 0], [false, true, false]),
            ([1000, 1000, 300, 1000, 0], [false, false, false, false, true]),
            ([1000, 200, 200, 200, 0, 0], [false, true, false, false, true, false]),
            ([1, 0, 3, 0], [false, true, false, true]),
            ([100, 1000, 240, 59, 14], [false, false, true, true, false]),
        ])
    func comesOnce(_ amounts: [Int], _ expected: [Bool]) {
        var ebb = Ebb()
        #expect(amounts.map { ebb.hasCome(with: $0) } == expected)
    }
}
