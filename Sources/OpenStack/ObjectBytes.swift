// SPDX-License-Identifier: Apache-2.0

/// Finds the bytes of a member in JSON that is known to be valid.
enum ObjectBytes {
    /// The bytes of the value of an object's member; of equal keys the last. `nil` if there is none, or if its key is
    /// written with escapes.
    static func member(_ key: String, of body: [UInt8]) -> ArraySlice<UInt8>? {
        let quotedKey = Array("\"\(key)\"".utf8)
        var found: ArraySlice<UInt8>?
        var depth = 0
        var index = body.startIndex
        /// Where the value of the wanted key begins, while it is being passed.
        var start: Int?
        /// The last string at depth 1 was the key.
        var isKey = false
        while index < body.endIndex {
            let byte = body[index]
            switch byte {
            case UInt8(ascii: "\""):
                let end = endOfString(body, from: index)
                if depth == 1, start == nil { isKey = body[index..<end].elementsEqual(quotedKey) }
                index = end
                continue
            case UInt8(ascii: ":") where depth == 1 && isKey && start == nil:
                start = index + 1
            case UInt8(ascii: ","), UInt8(ascii: "}"):
                if depth == 1, let begin = start {
                    found = trimmed(body[begin..<index])
                    (start, isKey) = (nil, false)
                }
                if byte == UInt8(ascii: "}") { depth -= 1 }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            default: break
            }
            index += 1
        }
        return found
    }

    /// The index after the closing quote.
    private static func endOfString(_ body: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < body.endIndex, body[index] != UInt8(ascii: "\"") {
            index += body[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, body.endIndex)
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
        return bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()[...]
    }
}
