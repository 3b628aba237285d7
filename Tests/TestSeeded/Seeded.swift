// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A random generator whose seed is printed, so that a failure can be repeated (`VIMWATCH_SEED`).
package struct Seeded: RandomNumberGenerator, Sendable {
    package let seed: UInt64
    private var state: UInt64

    /// - Parameter test: what is printed beside the seed.
    package init(_ test: String = #function) {
        let given = ProcessInfo.processInfo.environment["VIMWATCH_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0...UInt64.max)
        state = seed
        FileHandle.standardError.write(Data("\(test): VIMWATCH_SEED=\(seed)\n".utf8))
    }

    /// SplitMix64. Source: https://prng.di.unimi.it/splitmix64.c
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    package mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    package mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...(elements.count - 1))] }

    package mutating func byte() -> UInt8 { UInt8.random(in: 0...255, using: &self) }

    package mutating func bytes(upTo count: Int) -> [UInt8] { (0..<number(0...count)).map { _ in byte() } }
}
