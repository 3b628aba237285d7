// SPDX-License-Identifier: Apache-2.0

extension String {
    /// A text with control characters as `\u{1b}`: names come from clouds, and must neither end a line nor order a
    /// terminal about. `nil` if it has none.
    static func escapingControlCharacters(in text: UnsafeBufferPointer<UInt8>) -> String? {
        guard UnsafeRawBufferPointer(text).hasControlCharacter else { return nil }
        var escaped = ""
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                escaped += scalar.escaped(asASCII: true)
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension UnsafeRawBufferPointer {
    /// Eight bytes at a time: a byte of ASCII is none if it stays below 0x80 when one is added, and above when 0x60 is.
    fileprivate var hasControlCharacter: Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var offset = 0
        while offset &+ 8 <= count {
            let word = loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let ascii = word & (ones &* 0x7F)
            let suspects = ((ascii &+ ones) | ~(ascii &+ ones &* 0x60)) & ~word
            guard suspects & (ones &* 0x80) == 0 else { return true }
            offset &+= 8
        }
        while offset < count {
            if self[offset] < 0x20 || self[offset] == 0x7F { return true }
            offset &+= 1
        }
        return false
    }
}
