// SPDX-License-Identifier: Apache-2.0

package import JSON

/// Servers and ports that are to travel together, while they are gathered. The YAML of each is made when the next one comes,
/// while what was indexed is at hand.
package struct GatheredDocuments: ~Copyable {
    private var documents: JSONDocuments
    private var yaml = YAMLMaker()

    /// What `vim_details` does not show of a server.
    private static let userData: MemberNames = ["OS-EXT-SRV-ATTR:user_data", "user_data"]
    /// About as much as is added to a server: the id of its flavour.
    private static let added = 64

    package init() { documents = JSONDocuments(capacity: 0, size: 0) }

    /// Begins anew, in memory of its own.
    ///
    /// - Parameters:
    ///   - count: for so many of them there is room at once,
    ///   - size: of so many bytes together.
    package mutating func begin(capacity count: Int, size: Int) {
        let size = size + count * Self.added
        documents = JSONDocuments(capacity: count, size: size)
        yaml.begin(capacity: count, size: size / 4 * 5)
    }

    package var count: Int { documents.count }

    /// Adds a server; nothing, if it is no JSON. Nobody is to see its user data.
    package mutating func add(server text: UnsafeRawBufferPointer) throws(JSONError) {
        makeYAML()
        try documents.append(text)
        documents.remove(Self.userData, of: count - 1)
    }

    /// Adds a port; nothing, if it is no JSON.
    package mutating func add(port text: UnsafeRawBufferPointer) throws(JSONError) {
        makeYAML()
        try documents.append(text)
    }

    /// Whether the last one is an object whose keys can all be represented.
    package var isLastAnObject: Bool { documents.lent(count - 1, \.isObject) }

    /// Removes the one that was just added.
    package mutating func removeLast() { documents.removeLast() }

    /// The name by which the flavour of the last one, a server, has to be looked up; `nil` if there is nothing to fill in.
    package var flavorName: String? { documents.lent(count - 1) { FlavorRule.name(of: $0) } }

    /// Fills in the id of the flavour of the one that was just added (`FlavorRule`).
    package mutating func fillFlavor(matching ids: [String]) { FlavorRule.fill(&documents, matching: ids) }

    /// What was gathered; the next one to be added is the first.
    package mutating func finish() -> SeenDocuments {
        makeYAML()
        defer { begin(capacity: 0, size: 0) }
        return SeenDocuments(documents, yaml.made)
    }

    private mutating func makeYAML() {
        while yaml.made.count < documents.count { yaml.make(of: documents) }
    }
}
