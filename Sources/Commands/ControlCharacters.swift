// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Writes control characters as `\u{1b}`: names come from clouds, and must neither end a line nor order a terminal
    /// about.
    mutating func escapeControlCharacters() {
        guard withUTF8({ bytes in bytes.contains { $0 < 0x20 || $0 == 0x7F } }) else { return }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                text += scalar.escaped(asASCII: true)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        self = text
    }
}
