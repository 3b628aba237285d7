// SPDX-License-Identifier: Apache-2.0

import Values

extension String {
    /// Text from UTF-8; `nil` if it is none.
    ///
    /// Nearly all text is ASCII, for which this is several times faster than `String(validating:as:)`: that works out
    /// its generic types at run time, for each string anew.
    init?(utf8 bytes: UnsafeRawBufferPointer) {
        if bytes.isASCII {
            self.init(sound: bytes, isASCII: true)
        } else {
            self.init(validating: bytes, as: UTF8.self)
        }
    }
}

extension UnsafeRawBufferPointer {
    var isUTF8: Bool { isASCII || String(validating: self, as: UTF8.self) != nil }

    fileprivate var isASCII: Bool {
        var index = 0
        while index &+ 32 <= count {
            let words = (word(index) | word(index &+ 8)) | (word(index &+ 16) | word(index &+ 24))
            guard words & 0x8080_8080_8080_8080 == 0 else { return false }
            index &+= 32
        }
        while index &+ 8 <= count {
            guard word(index) & 0x8080_8080_8080_8080 == 0 else { return false }
            index &+= 8
        }
        // What is left is looked at together with bytes before it, if there are enough.
        guard count < 8 else { return index == count || word(count &- 8) & 0x8080_8080_8080_8080 == 0 }
        while index < count {
            guard self[index] < 0x80 else { return false }
            index &+= 1
        }
        return true
    }

    @inline(__always)
    private func word(_ offset: Int) -> UInt64 { loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
}
