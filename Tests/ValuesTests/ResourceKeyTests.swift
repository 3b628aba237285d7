// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

@Suite struct ResourceKeyTests {
    @Test(arguments: [
        ("726aba85-940f-49c6-96d8-80815044b009", "726ABA85-940F-49C6-96D8-80815044B009"),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"),
        ("my-server", "MY-Server"), ("942b407791ee917224dfceacbbd1f55a", "942B407791EE917224DFCEACBBD1F55A"),
        ("", ""), ("é-A", "é-a"),
    ])
    func letterCaseIsIgnored(left: String, right: String) {
        #expect(ResourceKey(left) == ResourceKey(right))
        #expect(Array(left.utf8).withUnsafeBytes { ResourceKey(utf8: $0) } == ResourceKey(right))
    }

    @Test func differentIdsDiffer() {
        let uuid = "726aba85-940f-49c6-96d8-80815044b009"
        var ids = [
            "", " ", "a", "b", "é", "É", "e\u{301}", "726aba85940f49c696d880815044b009", uuid + " ", " " + uuid,
            "726aba85-940f-49c6-96d8-80815044b00g", "726aba85-940f-49c6-96d8+80815044b009",
            "726aba8-5940f-49c6-96d8-80815044b009", "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffff-ffff-ffff-ffff-fffffffffffe",
        ]
        for index in uuid.indices where uuid[index] != "-" {
            for digit in "0123456789abcdef" { ids.append(uuid.replacingCharacter(at: index, with: digit)) }
        }
        #expect(Set(ids.map { ResourceKey($0) }).count == Set(ids.map { Array($0.utf8) }).count)
    }

    @Test func aKeyIsSixteenBytes() {
        #expect(MemoryLayout<ResourceKey>.size == 16)
    }
}

extension String {
    fileprivate func replacingCharacter(at index: Index, with character: Character) -> String {
        self[..<index] + String(character) + self[self.index(after: index)...]
    }
}
