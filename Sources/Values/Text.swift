// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Equality by code point, as Python, JSON and MongoDB mean it. Swift's `==` also calls canonically equivalent
    /// strings equal ("é" as one scalar or as two).
    package func isIdentical(toText other: String) -> Bool {
        utf8.count == other.utf8.count && self == other && utf8.elementsEqual(other.utf8)
    }

    /// Order by code point, which is the order of UTF-8 bytes. Swift's `<` orders by canonical equivalence.
    package func precedes(inCodePoints other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}
