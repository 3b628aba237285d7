// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Commands

@Suite struct LogTests {
    /// Names come from clouds: none of them ends a line or reaches a terminal as an order.
    @Test(
        arguments: [
            ("a\nb", "a\\nb"), ("a\r\nb", "a\\r\\nb"), ("\u{1b}[2J", "\\u{1B}[2J"), ("\0\u{7f}\t", "\\0\\u{7F}\\t"),
            ("é日🦜 \\n", "é日🦜 \\n"), ("", ""),
        ])
    func controlCharacters(_ text: String, _ shown: String) {
        let escaped = Array(text.utf8).withUnsafeBufferPointer { String.escapingControlCharacters(in: $0) }
        #expect((escaped ?? text) == shown)
        #expect((escaped == nil) == (text == shown))
    }
}
