// SPDX-License-Identifier: Apache-2.0

/// An OpenStack id as it was written, with the key to find it by. A UUID in lower case, as nearly every id is, keeps no
/// text beside its key.
package struct ResourceID: Equatable, Sendable, CustomStringConvertible {
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

    package var description: String { text ?? key.uuid }

    package static func == (left: ResourceID, right: ResourceID) -> Bool {
        guard left.key == right.key else { return false }
        return left.text == nil && right.text == nil || left.description.isIdentical(toText: right.description)
    }
}
