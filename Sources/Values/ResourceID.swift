// SPDX-License-Identifier: Apache-2.0

/// An OpenStack id as it was written, with the key to find it by. A UUID in lower case, as nearly every id is, keeps no
/// text beside its key.
package struct ResourceID: Hashable, Sendable, CustomStringConvertible {
    package let key: ResourceKey
    /// `nil` for a UUID in lower case.
    private let text: String?

    package init(_ text: String) {
        var text = text
        let (key, isLowercaseUUID) = text.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            return (ResourceKey(utf8: bytes), ResourceKey.isLowercaseUUID(bytes))
        }
        self.key = key
        self.text = isLowercaseUUID ? nil : text
    }

    /// - Parameter utf8: checked to be UTF-8.
    package init(utf8 bytes: UnsafeRawBufferPointer) {
        key = ResourceKey(utf8: bytes)
        text = ResourceKey.isLowercaseUUID(bytes) ? nil : String(decoding: bytes, as: UTF8.self)
    }

    package var description: String { text ?? key.uuid }

    /// Whether it is a UUID in lower case: then no other id has its key.
    package var isLowercaseUUID: Bool { text == nil }

    package static func == (left: ResourceID, right: ResourceID) -> Bool {
        guard left.key == right.key else { return false }
        return left.text == nil && right.text == nil || left.description.isIdentical(toText: right.description)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
