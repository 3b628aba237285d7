// SPDX-License-Identifier: Apache-2.0

package import JSON

/// Servers and ports that are to travel together, while they are gathered.
package struct GatheredDocuments: Sendable {
    private(set) var documents: JSONDocuments

    /// What `vim_details` does not show of a server.
    private static let userData: MemberNames = ["OS-EXT-SRV-ATTR:user_data", "user_data"]
    /// About as much as is added to a server: the id of its flavour.
    private static let added = 64

    /// - Parameters:
    ///   - count: for so many of them there is room at once,
    ///   - size: of so many bytes together.
    package init(capacity count: Int, size: Int) {
        documents = JSONDocuments(capacity: count, size: size + count * Self.added)
    }

    package var count: Int { documents.count }
    /// How many bytes their texts have.
    package var size: Int { documents.size }

    /// Adds a server; nothing, if it is no JSON. Nobody is to see its user data.
    package mutating func add(server text: UnsafeRawBufferPointer) throws(JSONError) {
        try documents.append(text)
        documents.remove(Self.userData, of: count - 1)
    }

    /// Adds a port; nothing, if it is no JSON.
    package mutating func add(port text: UnsafeRawBufferPointer) throws(JSONError) { try documents.append(text) }

    /// Whether the last one is an object whose keys can all be represented.
    package var isLastAnObject: Bool { documents.lent(count - 1, \.isObject) }

    /// Removes the last one.
    package mutating func removeLast() { documents.removeLast() }

    /// The name by which the flavour of the last one, a server, has to be looked up; `nil` if there is nothing to fill in.
    package var flavorName: String? { documents.lent(count - 1) { FlavorRule.name(of: $0) } }

    /// Fills in the id of the last one's flavour (`FlavorRule`).
    package mutating func fillFlavor(matching ids: [String]) { FlavorRule.fill(&documents, matching: ids) }
}
