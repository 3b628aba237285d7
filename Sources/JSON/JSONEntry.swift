// SPDX-License-Identifier: Apache-2.0

/// One value or key of an indexed JSON text, in 16 bytes.
///
/// Entries lie in the order of the text. An object's are followed by a key and a value in turn, an array's by its
/// elements, each with all that is inside it.
package struct JSONEntry: Sendable, BitwiseCopyable {
    package enum Kind: UInt8, Sendable, BitwiseCopyable {
        case null, `false`, `true`
        case integer
        /// A number with a fraction or an exponent, or one of `NaN`, `Infinity` and `-Infinity`.
        case double
        /// A string or a key.
        case string
        case array, object
    }

    /// Where the value's text begins: a string's behind its quote, a container's at its bracket.
    package internal(set) var offset: UInt32
    /// Bytes of a scalar's text, a string's without its quotes. Of an object the number of its last key (`KnownKeys`), 0 if
    /// it has none; of an array that of the key around it.
    package internal(set) var length: UInt32 = 0
    /// The index of the entry behind this one and all that is inside it.
    package internal(set) var next: UInt32
    package internal(set) var kind: Kind
    /// A string's text has escapes.
    package internal(set) var hasEscape = false
    /// A string with a lone surrogate, or an object that has one in a key.
    package internal(set) var isUnrepresentable = false
    /// A key that was removed, and its value with it.
    package internal(set) var isRemoved = false
}
