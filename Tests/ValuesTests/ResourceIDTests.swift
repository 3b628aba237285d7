// SPDX-License-Identifier: Apache-2.0

import TestSeeded
import Testing
import Values

@Suite struct ResourceIDTests {
    /// Among them UUIDs that have the mark of a digest, and one in upper case.
    @Test(arguments: [
        "726aba85-940f-49c6-96d8-80815044b009", "726ABA85-940F-49C6-96D8-80815044B009", "", "my-server", "é",
        "e\u{301}",
        "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000",
        "726aba85-940f-f9c6-f6d8-80815044b009", "726aba85940f49c696d880815044b009",
    ])
    func theTextIsKept(text: String) {
        #expect(Array(ResourceID(text).description.utf8) == Array(text.utf8))
        #expect(ResourceID(text).key == ResourceKey(text))
        #expect(ResourceID(text) == ResourceID(text))
    }

    @Test func idsInAnotherCaseShareTheirKey() {
        let (lower, upper) = (
            ResourceID("726aba85-940f-49c6-96d8-80815044b009"), "726ABA85-940F-49C6-96D8-80815044B009"
        )
        #expect(lower.key == ResourceID(upper).key && lower != ResourceID(upper))
        #expect(ResourceID("é") != ResourceID("e\u{301}"))
    }

    /// Most have small letters only, others a single capital one.
    @Test func anyUUIDIsKept() {
        var random = Seeded()
        for _ in 0..<4000 {
            var digits = (0..<32).map { _ in random.pick(Array("0123456789abcdef")) }
            if random.chance(50) { digits[random.number(0...31)] = random.pick(Array("0aABCDEF")) }
            let text = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
            #expect(ResourceID(text).description == text, "seed \(random.seed)")
            // One with the mark of a digest counts as any other text.
            let isMarked = "fF".contains(digits[12]) && "eEfF".contains(digits[16])
            let isLowercase = text == text.lowercased() && !isMarked
            #expect(ResourceID(text).isLowercaseUUID == isLowercase, "\(text), seed \(random.seed)")
        }
    }
}
