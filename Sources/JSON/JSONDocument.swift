// SPDX-License-Identifier: Apache-2.0

package import Values

/// One of `JSONDocuments`, by itself.
package struct JSONDocument: Sendable {
    package private(set) var documents: JSONDocuments

    package init(_ bytes: [UInt8]) throws(JSONError) {
        documents = try JSON.lending(bytes) { (bytes) throws(JSONError) in try JSONDocument(bytes) }.documents
    }

    package init(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        documents = JSONDocuments(capacity: 1, size: bytes.count)
        try documents.append(bytes)
    }

    /// For rare uses: writes the object's JSON and reads it.
    package init(_ object: Object) throws(JSONError) { try self.init(JSON.serialize(.object(object))) }

    package var isObject: Bool { lent { $0.isObject } }
    package var value: Value { lent { $0.value } }

    /// Lends the root.
    package func lent<Result, Failure>(_ body: (JSONNode) throws(Failure) -> Result) throws(Failure) -> Result {
        try documents.lent(0, body)
    }

    /// Removes members of the root.
    package mutating func remove(_ names: MemberNames) { documents.remove(names, of: 0) }

    /// Sets `root[container][key]` to a text (`JSONDocuments.setInLast`).
    package mutating func set(_ key: StaticString, in container: StaticString, to text: String) {
        documents.setInLast(key, in: container, to: text)
    }
}
