// SPDX-License-Identifier: Apache-2.0

import TestSeeded

extension Seeded {
    /// Text of all planes, without NUL, which the encryption pads with and therefore cannot keep at the end.
    mutating func text(upTo count: Int) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...count, using: &self) {
            let limit: UInt32 = Bool.random(using: &self) ? 0x7F : 0x10FFFF
            if let scalar = Unicode.Scalar(UInt32.random(in: 1...limit, using: &self)) { text.append(scalar) }
        }
        return String(text)
    }
}
