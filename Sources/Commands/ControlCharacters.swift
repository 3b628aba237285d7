// SPDX-License-Identifier: Apache-2.0

import CScan

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
    fileprivate var hasControlCharacter: Bool {
        count < 16 ? contains { $0 < 0x20 || $0 == 0x7F } : vw_has_control(baseAddress, count)
    }
}
