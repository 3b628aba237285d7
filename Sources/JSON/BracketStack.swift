// SPDX-License-Identifier: Apache-2.0

/// The kinds of the brackets that are open: one bit each, 1 for a brace, the innermost in the lowest bit.
struct BracketStack {
    private(set) var depth = 0
    /// Up to so many take no memory of their own.
    static let shallow = 64
    private var innermost: UInt64 = 0
    /// The bits of outer brackets, 64 at a time.
    private var outer: [UInt64] = []

    @inline(__always)
    mutating func open(isBrace: Bool) {
        if depth & 63 == 0, depth > 0 { outer.append(innermost) }
        innermost = innermost << 1 | (isBrace ? 1 : 0)
        depth &+= 1
    }

    /// False if the innermost bracket is of the other kind. There must be one.
    @inline(__always)
    mutating func close(isBrace: Bool) -> Bool {
        guard innermost & 1 == (isBrace ? 1 : 0) else { return false }
        innermost >>= 1
        depth &-= 1
        if depth & 63 == 0, depth > 0 { innermost = outer.removeLast() }
        return true
    }
}
