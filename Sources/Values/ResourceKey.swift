// SPDX-License-Identifier: Apache-2.0

/// An OpenStack id in 16 bytes, to find resources by. Letter case is ignored, as OpenStack does.
///
/// A UUID's key is its 128 bits. Any other text's key is a digest that carries a mark no real UUID has (version 15,
/// variant 7), and a text in the form of a UUID that has the mark is digested as well, so the two never meet.
public struct ResourceKey: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    private static let version: UInt64 = 0xF000
    private static let variant: UInt64 = 0b111 << 61
    private static let digestKey = DigestKey(seed: 0)
    private static let hyphen = UInt8(ascii: "-")

    /// The key of an id.
    public init(_ text: String) {
        var text = text
        self = text.withUTF8 { ResourceKey(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// The key of an id given as its UTF-8.
    public init(utf8 bytes: UnsafeRawBufferPointer) {
        var isLowercaseUUID = false
        self.init(utf8: bytes, isLowercaseUUID: &isLowercaseUUID)
    }

    /// - Parameter isLowercaseUUID: set to whether `uuid` of the key is the text.
    init(utf8 bytes: UnsafeRawBufferPointer, isLowercaseUUID: inout Bool) {
        if let (high, low, isLowercase) = Self.unmarkedUUID(bytes) {
            (self.high, self.low) = (high, low)
            isLowercaseUUID = isLowercase
        } else {
            let digest = withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 1) { lowercased in
                for index in bytes.indices { lowercased[index] = bytes[index].asciiLowercased }
                return Self.digestKey.digest(UnsafeRawBufferPointer(lowercased))
            }
            (high, low) = (digest.high | Self.version, digest.low | Self.variant)
            isLowercaseUUID = false
        }
    }

    @inline(__always)
    private static func unmarkedUUID(
        _ bytes: UnsafeRawBufferPointer
    ) -> (high: UInt64, low: UInt64, isLowercase: Bool)? {
        guard let uuid = uuid(bytes) else { return nil }
        return uuid.high & version != version || uuid.low & variant != variant ? uuid : nil
    }

    /// The UUID of which it is the key, in lower case. Means nothing for the key of any other text.
    var uuid: String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { text in
            writeUUID(to: text)
            return String(sound: UnsafeRawBufferPointer(text), isASCII: true)
        }
    }

    /// Writes the 36 bytes of `uuid`.
    func writeUUID(to text: UnsafeMutableBufferPointer<UInt8>) {
        let output = UnsafeMutableRawBufferPointer(text)
        let (second, third) = (high.hexadecimalText, (low >> 32).hexadecimalText)
        output.store((high >> 32).hexadecimalText, at: 0)
        output.store(UInt32(truncatingIfNeeded: second), at: 9)
        output.store(UInt32(truncatingIfNeeded: second >> 32), at: 14)
        output.store(UInt32(truncatingIfNeeded: third), at: 19)
        output.store(UInt32(truncatingIfNeeded: third >> 32), at: 24)
        output.store(low.hexadecimalText, at: 28)
        (text[8], text[13], text[18], text[23]) = (Self.hyphen, Self.hyphen, Self.hyphen, Self.hyphen)
    }

    /// The bits of a text of the form 8-4-4-4-12 in hexadecimal; `nil` for any other text.
    @inline(__always)
    private static func uuid(_ bytes: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64, isLowercase: Bool)? {
        guard bytes.count == 36, bytes[8] == hyphen, bytes[13] == hyphen, bytes[18] == hyphen, bytes[23] == hyphen
        else { return nil }
        let digits = (
            bytes.word(0), bytes.half(9) | bytes.half(14) << 32, bytes.half(19) | bytes.half(24) << 32, bytes.word(28)
        )
        guard let first = digits.0.hexadecimal, let second = digits.1.hexadecimal,
            let third = digits.2.hexadecimal, let fourth = digits.3.hexadecimal
        else { return nil }
        let capitals = digits.0.capitals | digits.1.capitals | digits.2.capitals | digits.3.capitals
        return (first << 32 | second, third << 32 | fourth, isLowercase: capitals == 0)
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    fileprivate func word(_ offset: Int) -> UInt64 {
        loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
    }

    @inline(__always)
    fileprivate func half(_ offset: Int) -> UInt64 {
        UInt64(loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Stores a number, its lowest byte first.
    @inline(__always)
    fileprivate func store<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number, at offset: Int) {
        storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
    }
}

extension UInt64 {
    /// The eight hexadecimal digits of its low half, in small letters, the first of them in the lowest byte: what
    /// `hexadecimal` undoes.
    @inline(__always)
    fileprivate var hexadecimalText: UInt64 {
        let quads = (self & 0xFFFF_FFFF) >> 16 | (self & 0xFFFF) << 32
        let pairs = quads >> 8 & 0x0000_00FF_0000_00FF | (quads & 0x0000_00FF_0000_00FF) << 16
        let nibbles = pairs >> 4 & 0x000F_000F_000F_000F | (pairs & 0x000F_000F_000F_000F) << 8
        let ones: UInt64 = 0x0101_0101_0101_0101
        let letters = (nibbles &+ ones &* 6) >> 4 & ones
        return nibbles &+ ones &* 0x30 &+ letters &* 0x27
    }

    /// The number that eight hexadecimal digits stand for, the first of them in the lowest byte; `nil` if one is none.
    /// All eight are looked at at once: a sum in each byte reaches 0x80 where the byte is beyond a bound.
    @inline(__always)
    fileprivate var hexadecimal: UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones &* 0x80
        guard self & tops == 0 else { return nil }
        let lowercased = self | ones &* 0x20
        let isDigit = (self &+ ones &* (0x80 - 0x30)) & ~(self &+ ones &* (0x80 - 0x3A))
        let isLetter = (lowercased &+ ones &* (0x80 - 0x61)) & ~(lowercased &+ ones &* (0x80 - 0x67))
        guard (isDigit | isLetter) & tops == tops else { return nil }
        // A letter's low four bits are 1 to 6: nine more make its value.
        let letters = isLetter & tops & ~isDigit
        let nibbles = (self & (ones &* 0x0F)) &+ (letters >> 7) &* 9
        let pairs = (nibbles << 4 | nibbles >> 8) & 0x00FF_00FF_00FF_00FF
        let quads = (pairs << 8 | pairs >> 16) & 0x0000_FFFF_0000_FFFF
        return (quads << 16 | quads >> 32) & 0xFFFF_FFFF
    }

    /// A bit for each of eight hexadecimal digits that is a capital letter: it has the bit for letters, and not that for
    /// small ones.
    @inline(__always)
    fileprivate var capitals: UInt64 { self & ~(self << 1) & 0x4040_4040_4040_4040 }
}

extension UInt8 {
    fileprivate var asciiLowercased: UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
    }
}
