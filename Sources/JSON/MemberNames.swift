// SPDX-License-Identifier: Apache-2.0

import Values

/// Names of members that are looked for together: in one pass over an object's keys.
package struct MemberNames: Sendable, ExpressibleByArrayLiteral {
    private let names: [StaticString]
    /// A bit for what each name has in length and ends: that of most other keys is another.
    private let traits: UInt64

    /// - Parameter names: at most eight.
    package init(arrayLiteral names: StaticString...) {
        precondition(names.count <= 8)
        self.names = names
        traits = names.reduce(0) { $0 | $1.bytes.trait }
    }

    package subscript(number: Int) -> StaticString { names[number] }

    /// Which of the names a key is, if any.
    @inline(__always)
    func number(of key: JSONEntry, in text: IndexedText) -> Int? {
        guard key.hasEscape || traits & text.source(of: key).trait != 0 else { return nil }
        let names = names.span
        for number in names.indices where text.matches(key, names[number].bytes) { return number }
        return nil
    }
}

/// The members of an object that were looked for, by the numbers of their names; valid as long as the document is lent.
package struct JSONMembers {
    private let text: IndexedText
    /// The entries of their keys; 0, which is the root, for one that is missing.
    private var keys = InlineArray<8, UInt32>(repeating: 0)

    /// None yet.
    init(in text: IndexedText) { self.text = text }

    /// Takes a member, in the place of another one with the same name.
    mutating func take(_ key: Int, as name: Int) { keys[name] = UInt32(truncatingIfNeeded: key) }

    package subscript(number: Int) -> JSONNode? {
        keys[number] == 0 ? nil : JSONNode(text, Int(keys[number]) + 1)
    }
}

extension UnsafeRawBufferPointer {
    /// One bit of 64, by the length, the first and the last byte.
    @inline(__always)
    fileprivate var trait: UInt64 {
        isEmpty ? 1 : 1 &<< UInt64(truncatingIfNeeded: count &+ 7 &* Int(self[0]) &+ 3 &* Int(self[count &- 1]))
    }
}
