// SPDX-License-Identifier: Apache-2.0

import BSON
package import JSON
import PyYAML
import Values

/// Servers and ports that are compared with one record, while they are gathered; and then those of the next, in the same
/// memory. Of each is read what a record may hold of it, its YAML among others, when the next one comes: then all has been
/// said about it, and what was indexed is at hand. The JSON stays behind.
package struct GatheredDocuments: ~Copyable {
    private let rules: Rules
    /// The one that was just added.
    private var document = JSONDocument()
    private var keys = KnownKeys()
    private var finders = Finders()
    private var kind: Kind?
    private var dumper = PyYAML.Dumper()
    private var content = SeenDocuments.Content()
    private var isFinished = false

    private enum Kind { case server, port }

    private struct Finders: ~Copyable {
        var server = MemberFinder(ServerMember.names)
        var port = MemberFinder(PortMember.names)
        var flavor = MemberFinder(FlavorRule.member)
        /// What `vim_details` does not show of a server.
        var userData = MemberFinder(["OS-EXT-SRV-ATTR:user_data", "user_data"])
    }

    package init(rules: Rules) { self.rules = rules }

    /// Adds a server; nothing, if it is no JSON. Nobody is to see its user data.
    package mutating func add(server text: UnsafeRawBufferPointer) throws(JSONError) {
        try add(text, .server)
        document.remove(&finders.userData)
    }

    /// Adds a port; nothing, if it is no JSON.
    package mutating func add(port text: UnsafeRawBufferPointer) throws(JSONError) { try add(text, .port) }

    private mutating func add(_ text: UnsafeRawBufferPointer, _ kind: Kind) throws(JSONError) {
        beginIfFinished()
        read()
        try document.replace(with: text, &keys)
        self.kind = kind
    }

    /// Whether the last one is an object whose keys can all be represented.
    package var isLastAnObject: Bool { document.isObject }

    /// Removes all that were added since the last ones were finished.
    package mutating func removeAll() {
        kind = nil
        if !isFinished { content.removeAll() }
    }

    /// Removes the one that was just added.
    package mutating func removeLast() { kind = nil }

    /// The name by which the flavour of the last one, a server, has to be looked up; `nil` if there is nothing to fill in.
    package mutating func flavorName() -> String? {
        document.lent { FlavorRule.name(inFlavor: finders.flavor.members(of: $0)[0]) }
    }

    /// Fills in the id of the flavour of the one that was just added (`FlavorRule`).
    package mutating func fillFlavor(matching ids: [String]) {
        FlavorRule.fill(&document, &finders.flavor, matching: ids, &keys)
    }

    /// What was gathered; the next one to be added is the first.
    package mutating func finish() -> SeenDocuments {
        read()
        beginIfFinished()
        isFinished = true
        return SeenDocuments(content)
    }

    private mutating func beginIfFinished() {
        guard isFinished else { return }
        isFinished = false
        // Whoever still has what was gathered before keeps it.
        if isKnownUniquelyReferenced(&content) { content.removeAll() } else { content = SeenDocuments.Content() }
    }

    /// Reads the one that was just added, if there is any.
    private mutating func read() {
        guard let kind else { return }
        self.kind = nil
        do throws(Malformed) {
            content.documents.append(
                try Self.read(document, kind, rules, into: &content.values, with: &dumper, &finders))
        } catch {
            content.documents.append(.malformed(content.failures.count))
            content.failures.append(error)
        }
    }

    private static func read(
        _ document: borrowing JSONDocument, _ kind: Kind, _ rules: Rules, into values: inout OwnedBytes,
        with dumper: inout PyYAML.Dumper, _ finders: inout Finders
    ) throws(Malformed) -> SeenDocuments.Document {
        func yaml(_ values: inout OwnedBytes) throws(Malformed) -> SeenValue {
            let text: SeenValue?
            do throws(PyYAMLError) {
                text = try dumper.withDump(of: document) { values.append(value: $0) }
            } catch {
                throw Malformed("\(error)")
            }
            guard let text else { throw Malformed("its YAML is longer than the database can hold") }
            return text
        }
        return try document.lent { (node) throws(Malformed) in
            switch kind {
            case .server:
                .server(try SeenServer(SeenMembers(of: node, &finders.server), into: &values, yaml: yaml))
            case .port:
                .port(try SeenPort(SeenMembers(of: node, &finders.port), rules: rules, into: &values, yaml: yaml))
            }
        }
    }
}
