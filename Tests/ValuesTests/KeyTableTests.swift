// SPDX-License-Identifier: Apache-2.0

import TestSeeded
import Testing
import Values

@Suite struct KeyTableTests {
    /// Like a dictionary, whatever comes, in whatever order, however often.
    @Test func numbersKeysInTheirOrder() {
        var random = Seeded("KeyTableTests")
        var table = KeyTable()
        for round in 0..<50 {
            // As if it were a new one.
            table.removeAll()
            let names = (0..<random.number(0...200)).map { _ in "key-\(random.number(0...120))" }
            var numbers: [String: Int] = [:]
            for name in names {
                let expected = numbers[name] ?? numbers.count
                numbers[name] = expected
                #expect(table.insert(ResourceKey(name)) == expected, "seed \(random.seed) round \(round)")
            }
            #expect(table.count == numbers.count)
            for number in 0...140 {
                let name = "key-\(number)"
                #expect(table.number(of: ResourceKey(name)) == numbers[name], "seed \(random.seed) round \(round)")
                let guess = random.pick([nil, 0, random.number(0...1000), numbers[name]])
                #expect(table.number(of: ResourceKey(name), probably: guess) == numbers[name], "seed \(random.seed)")
            }
            for (name, number) in numbers { #expect(table.keys[number] == ResourceKey(name)) }
        }
    }
}
