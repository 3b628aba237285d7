// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no BSON document, or why a value cannot become one.
public struct BSONError: Error, Equatable, CustomStringConvertible {
    /// What can be wrong, in words for people.
    public enum Reason: String, Sendable {
        case truncated = "ends before it is complete"
        case wrongLength = "a length does not fit its content"
        case missingTerminator = "a terminating NUL is missing"
        case unknownType = "unknown type"
        case invalidBoolean = "a boolean is neither 0 nor 1"
        case invalidUTF8 = "text is not UTF-8"
        case tooDeep = "nested too deeply"
        case keyWithNUL = "a key holds a NUL"
        case integerTooLarge = "an integer does not fit 64 bits"
        case unrepresentable = "text that no document can hold"
        case tooLarge = "larger than a document may be"
    }

    /// What is wrong.
    public var reason: Reason
    /// Where: the byte in the document read, or the length written so far.
    public var offset: Int
    /// The keys that lead to the fault, joined by dots; empty at the top.
    public var path: String

    init(_ reason: Reason, at offset: Int, path: String = "") {
        self.reason = reason
        self.offset = offset
        self.path = path
    }

    /// All of it in a line.
    public var description: String {
        "BSON, byte \(offset)\(path.isEmpty ? "" : ", at \(path)"): \(reason.rawValue)"
    }

    /// The same fault seen from the document that holds `key`.
    public func inside(_ key: String) -> BSONError {
        BSONError(reason, at: offset, path: path.isEmpty ? key : key + "." + path)
    }
}
