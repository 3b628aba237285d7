// SPDX-License-Identifier: Apache-2.0

import CScan
import TestSeeded
import Testing

/// The masks of the form that is compiled here, against what they say byte by byte.
@Suite struct ScanTests {
    @Test func eachBitSaysWhatItsByteIs() {
        var random = Seeded("scan")
        let telling = Array("\"\\{}[]Y_y \u{1F}\u{7F}".utf8) + [0, 0x80, 0xFF]
        for _ in 0..<2000 {
            let bytes = (0..<64).map { _ in random.chance(60) ? random.pick(telling) : UInt8(random.number(0...255)) }
            let marks = bytes.withUnsafeBytes { vw_mark($0.baseAddress) }
            #expect(marks.quotes == mask(bytes) { $0 == UInt8(ascii: "\"") }, "seed \(random.seed)")
            #expect(marks.backslashes == mask(bytes) { $0 == UInt8(ascii: "\\") }, "seed \(random.seed)")
            #expect(marks.brackets == mask(bytes) { "{}[]Y_y\u{7F}".utf8.contains($0) }, "seed \(random.seed)")
            let unplain = mask(bytes.prefix(16)) { $0 < 0x20 || $0 >= 0x80 || "\"\\".utf8.contains($0) }
            #expect(bytes.withUnsafeBytes { UInt64(vw_unplain($0.baseAddress)) } == unplain, "seed \(random.seed)")
        }
    }

    private func mask(_ bytes: some Collection<UInt8>, _ condition: (UInt8) -> Bool) -> UInt64 {
        bytes.enumerated().reduce(0) { $0 | (condition($1.element) ? 1 << UInt64($1.offset) : 0) }
    }
}
