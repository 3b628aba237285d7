// SPDX-License-Identifier: Apache-2.0

/// 128 bits that stand for a run of bytes.
///
/// Equal bytes have equal digests under the same key; different bytes have different ones but for a chance of about
/// 2^-110. A digest only ever saves work ("this object is as it was"): nothing is written or left unwritten for good
/// because of one, since everything is compared in full from time to time.
public struct Digest: Hashable, Sendable {
    /// The lower 64 bits.
    public let low: UInt64
    /// The upper 64 bits.
    public let high: UInt64

    /// A digest that was made before.
    public init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }
}

/// The secret of a digest. Who can name a server can choose bytes; without the key, nobody can choose bytes whose
/// digests meet.
public struct DigestKey: Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)
    private var isBlind = false

    /// The same key for the same seed: for tests, and where digests must outlive a process.
    public init(seed: UInt64) {
        var state = SplitMix(state: seed)
        self.init(using: &state)
    }

    /// For tests: a key under which all bytes have the same digest, to show that digests only save work.
    public static func blind() -> DigestKey {
        var key = DigestKey(seed: 0)
        key.isBlind = true
        return key
    }

    /// A key that no other process has.
    public static func random() -> DigestKey {
        var generator = SystemRandomNumberGenerator()
        return DigestKey(using: &generator)
    }

    private init(using generator: inout some RandomNumberGenerator) {
        words = (generator.next(), generator.next(), generator.next(), generator.next())
    }

    /// The digest of bytes: lanes in pairs, each of which folds 16 bytes into itself with one 64 by 64 bit
    /// multiplication. There are two pairs, so that none waits for its own last step.
    ///
    /// The construction is wyhash's (https://github.com/wangyi-fudan/wyhash). The lanes of a pair swap the roles of the
    /// two words, so that the input for which one lane's product is zero means nothing to the other.
    public func digest(_ bytes: UnsafeRawBufferPointer) -> Digest {
        if isBlind { return Digest(low: 0, high: 0) }
        var (low, high) = (words.0, words.1)
        var (otherLow, otherHigh) = (words.1, words.0)
        var offset = 0
        while offset &+ 32 <= bytes.count {
            fold(bytes.words(at: offset), into: &low, &high)
            fold(bytes.words(at: offset &+ 16), into: &otherLow, &otherHigh)
            offset &+= 32
        }
        if offset &+ 16 <= bytes.count {
            fold(bytes.words(at: offset), into: &low, &high)
            offset &+= 16
        }
        fold(Self.tail(bytes, from: offset), into: &otherLow, &otherHigh)
        low = Self.fold(low ^ words.2, otherLow)
        high = Self.fold(high ^ words.3, otherHigh)
        let length = UInt64(bytes.count)
        return Digest(
            low: Self.fold(low ^ words.1, length ^ words.3),
            high: Self.fold(high ^ words.0, length ^ words.2)
        )
    }

    /// 64 bits that stand for a run of bytes, for half of the work: different bytes have different ones but for a chance
    /// of about 2^-60.
    ///
    /// The construction is wyhash's, as that of `digest`: four lanes of 16 bytes, each with one multiplication.
    public func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        if isBlind { return 0 }
        var lanes = (words.0, words.1, words.2, words.3)
        var offset = 0
        while offset &+ 64 <= bytes.count {
            lanes.0 = fold(bytes.words(at: offset), lanes.0)
            lanes.1 = fold(bytes.words(at: offset &+ 16), lanes.1)
            lanes.2 = fold(bytes.words(at: offset &+ 32), lanes.2)
            lanes.3 = fold(bytes.words(at: offset &+ 48), lanes.3)
            offset &+= 64
        }
        while offset &+ 16 <= bytes.count {
            lanes.0 = fold(bytes.words(at: offset), lanes.0)
            offset &+= 16
        }
        lanes.1 = fold(Self.tail(bytes, from: offset), lanes.1)
        let (first, second) = (Self.fold(lanes.0, lanes.1 ^ words.2), Self.fold(lanes.2 ^ words.1, lanes.3))
        return Self.fold(Self.fold(first, second ^ words.3), UInt64(bytes.count) ^ words.0)
    }

    @inline(__always)
    private func fold(_ input: (UInt64, UInt64), _ lane: UInt64) -> UInt64 {
        Self.fold(input.0 ^ words.2, input.1 ^ lane)
    }

    @inline(__always)
    private func fold(_ input: (UInt64, UInt64), into low: inout UInt64, _ high: inout UInt64) {
        low = Self.fold(input.0 ^ words.2, input.1 ^ low)
        high = Self.fold(input.1 ^ words.3, input.0 ^ high)
    }

    /// Both halves of the product, folded into one.
    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// The last bytes, fewer than 16, as two words; what lies beyond the end is zero. With eight bytes or more the two
    /// words overlap, which does no harm since the length counts as well.
    @inline(__always)
    private static func tail(_ bytes: UnsafeRawBufferPointer, from offset: Int) -> (UInt64, UInt64) {
        let count = bytes.count &- offset
        if count >= 8 { return (bytes.word(at: offset), bytes.word(at: bytes.count &- 8)) }
        if count >= 4 {
            let first = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
            let last = bytes.loadUnaligned(fromByteOffset: bytes.count &- 4, as: UInt32.self).littleEndian
            return (UInt64(first), UInt64(last))
        }
        guard count > 0 else { return (0, 0) }
        let middle = UInt64(bytes[offset &+ count / 2])
        return (UInt64(bytes[offset]) | middle << 8 | UInt64(bytes[bytes.count &- 1]) << 16, 0)
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    fileprivate func word(at offset: Int) -> UInt64 {
        loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
    }

    @inline(__always)
    fileprivate func words(at offset: Int) -> (UInt64, UInt64) { (word(at: offset), word(at: offset &+ 8)) }
}

/// Spreads a seed over a key (https://prng.di.unimi.it/splitmix64.c).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
