// SPDX-License-Identifier: Apache-2.0

import Values

/// A path into a record, as MongoDB writes it with dots: keys of objects and indexes of arrays.
package struct FieldPath: Hashable, Sendable, CustomStringConvertible {
    package let components: [String]
    package let description: String

    package init(_ components: [String]) {
        self.components = components
        description = components.joined(separator: ".")
    }

    package init(_ components: String...) { self.init(components) }

    private init(_ components: [String], _ description: String) {
        self.components = components
        self.description = description
    }

    package static func + (path: FieldPath, component: String) -> FieldPath {
        guard !path.components.isEmpty else { return FieldPath(component) }
        return FieldPath(path.components + [component], "\(path.description).\(component)")
    }

    /// Texts differ in most cases; what they were joined from counts where they do not.
    package static func == (left: FieldPath, right: FieldPath) -> Bool {
        left.description.isIdentical(toText: right.description) && left.components == right.components
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(components) }

    package var parent: FieldPath { FieldPath(components.dropLast()) }

    /// Whether MongoDB can address every member on the path.
    package var isAddressable: Bool { components.allSatisfy(Self.isAddressable) }

    /// Whether MongoDB can address a member of this name: not empty, no dot, no leading dollar.
    package static func isAddressable(_ key: String) -> Bool {
        let bytes = key.utf8.span
        guard let first = bytes.indices.first, bytes[first] != UInt8(ascii: "$") else { return false }
        for index in bytes.indices where bytes[index] == UInt8(ascii: ".") || bytes[index] == 0 { return false }
        return true
    }
}
