// SPDX-License-Identifier: Apache-2.0

import Foundation

/// SplitMix64: the same seed gives the same test.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    /// Seeded by `VIMWATCH_SEED` or by chance, and says by which.
    static func fromEnvironment(_ test: String = #function) -> Seeded {
        let seed =
            ProcessInfo.processInfo.environment["VIMWATCH_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...(.max))
        FileHandle.standardError.write(Data("\(test): VIMWATCH_SEED=\(seed)\n".utf8))
        return Seeded(state: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func bytes(upTo count: Int) -> [UInt8] {
        (0..<Int.random(in: 0...count, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

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
