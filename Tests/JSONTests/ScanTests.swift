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

    /// Two texts, the first bytes of which are the same, with 16 bytes behind them.
    @Test(arguments: 1...70) func textsThatBeginAlike(count: Int) {
        var random = Seeded("begins")
        let text = (0..<count + 16).map { _ in random.byte() }
        for different in 0..<count + 16 {
            let other = text.enumerated().map { $0.offset == different ? ~$0.element : $0.element }
            let isSame = text.withUnsafeBytes { text in
                other.withUnsafeBytes { vw_begins(text.baseAddress, $0.baseAddress, count) }
            }
            #expect(isSame == (different >= count), "seed \(random.seed)")
        }
    }

    /// Each byte in each place of a text of letters and digits, of which no byte beyond is looked at.
    @Test(arguments: [8, 9, 15, 16, 17, 31, 32, 33, 50]) func whatTextsConsistOf(count: Int) {
        var random = Seeded("wordly")
        let wordly = Array("-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        for place in 0..<count {
            for byte in UInt8.min...UInt8.max {
                var text = (0..<count).map { _ in random.pick(wordly) }
                text[place] = byte
                let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
                defer { memory.deallocate() }
                memory.copyBytes(from: text)
                #expect(vw_is_wordly(memory.baseAddress, count) == wordly.contains(byte), "seed \(random.seed)")
                let isControl = byte < 0x20 || byte == 0x7F
                if count >= 16 { #expect(vw_has_control(memory.baseAddress, count) == isControl, "\(byte)") }
            }
        }
    }

    private func mask(_ bytes: some Collection<UInt8>, _ condition: (UInt8) -> Bool) -> UInt64 {
        bytes.enumerated().reduce(0) { $0 | (condition($1.element) ? 1 << UInt64($1.offset) : 0) }
    }
}
