// SPDX-License-Identifier: Apache-2.0

package import JSON
import PyYAML

/// A server or a port as the cloud showed it, with its YAML: one of those that travelled together.
package struct SeenDocument: Sendable {
    fileprivate let all: SeenDocuments.Content
    fileprivate let number: Int

    /// Lends the document.
    package func lent<Result, Failure>(_ body: (JSONNode) throws(Failure) -> Result) throws(Failure) -> Result {
        try all.documents[number].document.lent(body)
    }

    /// What the record is to hold of it.
    func yaml() throws(Malformed) -> ArraySlice<UInt8> {
        if let failure = all.failures[number] { throw Malformed("\(failure)") }
        return all.yaml[all.documents[number].yaml]
    }
}

/// Servers or ports that travelled together. Their YAML is made one after the other: it takes one piece of memory for all,
/// and little else.
package struct SeenDocuments: Sendable {
    fileprivate final class Content: Sendable {
        fileprivate struct Document {
            let document: JSONDocument
            /// Where its YAML lies.
            let yaml: Range<Int>
        }

        let documents: [Document]
        let yaml: [UInt8]
        /// Why a document has no YAML, by its number.
        let failures: [Int: PyYAMLError]

        init(_ documents: [JSONDocument]) {
            var dumper = PyYAML.Dumper()
            var yaml: [UInt8] = []
            yaml.reserveCapacity(documents.reduce(0) { $0 + $1.size / 4 * 5 })
            var failures: [Int: PyYAMLError] = [:]
            self.documents = documents.enumerated().map { number, document in
                let start = yaml.count
                do throws(PyYAMLError) {
                    try dumper.withDump(of: document) { yaml.append(contentsOf: $0) }
                } catch { failures[number] = error }
                return Document(document: document, yaml: start..<yaml.count)
            }
            self.yaml = yaml
            self.failures = failures
        }
    }

    private let content: Content

    /// Servers, whose user data nobody is to see.
    package init(servers: [JSONDocument]) {
        content = Content(
            servers.map { server in
                var server = server
                UserData.hide(in: &server)
                return server
            })
    }

    package init(ports: [JSONDocument]) { content = Content(ports) }

    package subscript(number: Int) -> SeenDocument { SeenDocument(all: content, number: number) }
}
