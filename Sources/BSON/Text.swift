// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Text from UTF-8; `nil` if it is none.
    ///
    /// Nearly all text is ASCII, for which this is several times faster than `String(validating:as:)`: that works out
    /// its generic types at run time, for each string anew.
    init?(utf8 bytes: UnsafeRawBufferPointer) {
        if bytes.isASCII {
            self.init(unsafeUninitializedCapacity: bytes.count) { text in
                UnsafeMutableRawBufferPointer(text).copyMemory(from: bytes)
                return bytes.count
            }
        } else {
            self.init(validating: bytes, as: UTF8.self)
        }
    }
}

extension UnsafeRawBufferPointer {
    var isUTF8: Bool { isASCII || String(validating: self, as: UTF8.self) != nil }

    fileprivate var isASCII: Bool {
        var index = 0
        while index + 8 <= count {
            let word = loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard word & 0x8080_8080_8080_8080 == 0 else { return false }
            index += 8
        }
        while index < count {
            guard self[index] < 0x80 else { return false }
            index += 1
        }
        return true
    }
}
