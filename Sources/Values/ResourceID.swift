// SPDX-License-Identifier: Apache-2.0

/// An OpenStack id as it was written, with the key to find it by. A UUID in lower case, as nearly every id is, keeps no
/// text beside its key.
public struct ResourceID: Hashable, Sendable, CustomStringConvertible {
    /// What resources are found by.
    public let key: ResourceKey
    /// `nil` for a UUID in lower case.
    private let text: String?

    /// An id as OpenStack or a record has it.
    public init(_ text: String) {
        var text = text
        var isUUID = false
        key = text.withUTF8 { ResourceKey(utf8: UnsafeRawBufferPointer($0), isLowercaseUUID: &isUUID) }
        self.text = isUUID ? nil : text
    }

    /// - Parameter utf8: checked to be UTF-8.
    public init(utf8 bytes: UnsafeRawBufferPointer) {
        var isUUID = false
        key = ResourceKey(utf8: bytes, isLowercaseUUID: &isUUID)
        text = isUUID ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// The id in the letters it came in.
    public var description: String { text ?? key.uuid }

    /// Appends the id in the letters it came in.
    fileprivate func write(to output: inout OwnedBytes) {
        if let text { return output.append(text) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { uuid in
            key.writeUUID(to: uuid)
            output.append(UnsafeBufferPointer(uuid))
        }
    }

    /// Whether it is a UUID in lower case: then no other id has its key.
    public var isLowercaseUUID: Bool { text == nil }

    /// Whether both are the same text, letter case and all.
    public static func == (left: ResourceID, right: ResourceID) -> Bool {
        guard left.key == right.key else { return false }
        return left.text == nil && right.text == nil || left.description.isIdentical(toText: right.description)
    }

    /// Hashes the key, which equal ids share.
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension OwnedBytes {
    /// Appends an id in the letters it came in.
    public mutating func append(_ id: ResourceID) { id.write(to: &self) }
}
