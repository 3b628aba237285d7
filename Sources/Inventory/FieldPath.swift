// SPDX-License-Identifier: Apache-2.0

import Values

/// A path into a record, as MongoDB writes it with dots: keys of objects and indexes of arrays.
package struct FieldPath: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    /// Whether MongoDB can address every member on the path.
    package let isAddressable: Bool

    package init(_ components: [String]) {
        var text = ""
        text.reserveCapacity(components.reduce(components.count) { $0 + $1.utf8.count })
        for (index, component) in components.enumerated() {
            if index > 0 { text += "." }
            text += component
        }
        description = text
        isAddressable = components.allSatisfy(Self.isAddressable)
    }

    package init(_ components: String...) { self.init(components) }

    init(utf8 text: UnsafeRawBufferPointer, isAddressable: Bool) {
        self.init(description: String(sound: text), isAddressable: isAddressable)
    }

    private init(description: String, isAddressable: Bool) {
        self.description = description
        self.isAddressable = isAddressable
    }

    package static func + (path: FieldPath, component: String) -> FieldPath {
        // The path of one empty key reads like that of none, which leads to the record itself.
        if path.description.isEmpty, path.isAddressable { return FieldPath(component) }
        return FieldPath(
            description: path.description.followed(byDotAnd: component),
            isAddressable: path.isAddressable && isAddressable(component))
    }

    /// One component: an index of an array.
    package static func + (path: FieldPath, index: Int) -> FieldPath { path + String(index: index) }

    /// Lends the text.
    func withUTF8<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        description.utf8.span.withUnsafeBytes(body)
    }

    /// The keys and indexes. They mean nothing if the path is not addressable.
    package var components: [String] {
        guard !description.isEmpty else { return [] }
        // A dot is a byte: as a character it may be part of what a combining mark begins or ends.
        return description.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
    }

    package var parent: FieldPath { FieldPath(components.dropLast()) }

    package static func == (left: FieldPath, right: FieldPath) -> Bool {
        left.description.isIdentical(toText: right.description) && left.isAddressable == right.isAddressable
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }

    /// Whether MongoDB can address a member of this name: not empty, no dot, no leading dollar.
    package static func isAddressable(_ key: String) -> Bool {
        let bytes = key.utf8.span
        guard let first = bytes.indices.first, bytes[first] != UInt8(ascii: "$") else { return false }
        for index in bytes.indices where bytes[index] == UInt8(ascii: ".") || bytes[index] == 0 { return false }
        return true
    }
}

extension String {
    /// This, a dot and another text: made in one go, as there are dozens of paths to a VDU's fields.
    fileprivate func followed(byDotAnd other: String) -> String {
        let (first, second) = (utf8.span.bytes, other.utf8.span.bytes)
        let count = first.byteCount + 1 + second.byteCount
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { text in
            first.withUnsafeBytes { text.copyMemory(from: $0) }
            text[first.byteCount] = UInt8(ascii: ".")
            second.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: text[(first.byteCount + 1)...]).copyMemory(from: $0)
            }
            return String(sound: UnsafeRawBufferPointer(text))
        }
    }
}
