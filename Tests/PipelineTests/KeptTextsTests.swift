// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Pipeline

@Suite struct KeptTextsTests {
    @Test func textsStayWhatTheyWere() {
        var texts = KeptTexts()
        var kept: [(place: KeptTexts.Place, text: [UInt8])] = []
        for (number, size) in [0, 1, 16 << 10, 3, 300 << 10, 70_000, 70_000, 200_000, 0, 5].enumerated() {
            let text = [UInt8](repeating: UInt8(number), count: size)
            kept.append((text.withUnsafeBytes { texts.append($0) }, text))
        }
        let copy = texts
        _ = [UInt8(99)].withUnsafeBytes { texts.append($0) }
        for (place, text) in kept {
            #expect(place.size == text.count)
            #expect(texts.lent(place) { Array($0) } == text && copy.lent(place) { Array($0) } == text)
        }
    }

    @Test func onlyWhatWasInsertedIsThere() {
        var sparse = Sparse<String>(limit: 5)
        #expect(sparse.isEmpty && (0..<5).allSatisfy { sparse[$0] == nil })
        sparse.change(3) { $0 += "never" }
        sparse.insert("three", for: 3)
        sparse.insert("zero", for: 0)
        sparse.change(3) { $0 += "!" }
        sparse.change(1) { $0 += "never" }
        #expect((0..<5).map { sparse[$0] } == ["zero", nil, nil, "three!", nil] && !sparse.isEmpty)
    }
}
