// SPDX-License-Identifier: Apache-2.0

/// Base64 as Python's `base64` module reads and writes it, because OSM's own components do.
enum Base64 {
    /// Decodes like `base64.b64decode(text)`: characters outside the alphabet are skipped, what follows complete
    /// padding is ignored, missing padding is an error, and so is a character outside ASCII.
    ///
    /// The rules are those of `binascii.a2b_base64` in CPython 3.11 without its strict mode.
    ///
    /// - Returns: the bytes, or `nil` where Python raises `binascii.Error` or `ValueError`.
    static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        var bytes: [UInt8] = []
        var position = 0  // within a group of four characters
        var padding = 0
        var carry: UInt8 = 0
        for character in text.utf8 {
            if character == UInt8(ascii: "=") {
                if position >= 2 {
                    padding += 1
                    if position + padding >= 4 { return bytes }
                }
                continue
            }
            guard let sextet = alphabet.firstIndex(of: character).map({ UInt8($0) }) else { continue }
            padding = 0
            switch position {
            case 0: carry = sextet
            case 1:
                bytes.append(carry << 2 | sextet >> 4)
                carry = sextet & 0x0F
            case 2:
                bytes.append(carry << 4 | sextet >> 2)
                carry = sextet & 0x03
            default: bytes.append(carry << 6 | sextet)
            }
            position = (position + 1) % 4
        }
        return position == 0 ? bytes : nil
    }

    /// Encodes like `base64.b64encode(bytes)`.
    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                let sextet = alphabet[bits >> (18 - 6 * index) & 0x3F]
                text.append(index <= group.count ? sextet : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
