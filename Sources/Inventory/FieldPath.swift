// SPDX-License-Identifier: Apache-2.0

/// A path into a record, as MongoDB writes it with dots: keys of objects and indexes of arrays.
package struct FieldPath: Hashable, Sendable, CustomStringConvertible {
    package let components: [String]

    package init(_ components: [String]) { self.components = components }
    package init(_ components: String...) { self.components = components }

    package static func + (path: FieldPath, component: String) -> FieldPath {
        FieldPath(path.components + [component])
    }

    package var parent: FieldPath { FieldPath(components.dropLast()) }

    package var description: String { components.joined(separator: ".") }

    /// Whether MongoDB can address every member on the path.
    package var isAddressable: Bool { components.allSatisfy(Self.isAddressable) }

    /// Whether MongoDB can address a member of this name: not empty, no dot, no leading dollar.
    package static func isAddressable(_ key: String) -> Bool {
        !key.isEmpty && !key.hasPrefix("$") && !key.utf8.contains(UInt8(ascii: ".")) && !key.utf8.contains(0)
    }
}
