// SPDX-License-Identifier: Apache-2.0

package import JSON
import PyYAML

/// A server or a port as the cloud showed it, with its YAML: one of those that travelled together.
package struct SeenDocument: Sendable {
    fileprivate let all: SeenDocuments.Content
    fileprivate let number: Int

    /// Lends the document.
    package func lent<Result, Failure>(_ body: (JSONNode) throws(Failure) -> Result) throws(Failure) -> Result {
        try all.documents[number].lent(body)
    }

    /// What the record is to hold of it.
    func yaml() throws(Malformed) -> SeenText {
        if let failure = all.failures[number] { throw Malformed("\(failure)") }
        return SeenText(all: all.texts, range: all.yaml[number])
    }
}

/// Servers and ports that travelled together. Their YAML is made one after the other: it takes one piece of memory for
/// all, and little else.
package struct SeenDocuments: Sendable {
    fileprivate final class Content: Sendable {
        let documents: [JSONDocument]
        let texts: SeenTexts
        /// Where the YAML of each document lies.
        let yaml: [Range<Int>]
        /// Why a document has no YAML, by its number.
        let failures: [Int: PyYAMLError]

        init(_ documents: [JSONDocument]) {
            var dumper = PyYAML.Dumper()
            var texts: [UInt8] = []
            texts.reserveCapacity(documents.reduce(0) { $0 + $1.size / 4 * 5 })
            var failures: [Int: PyYAMLError] = [:]
            var yaml: [Range<Int>] = []
            yaml.reserveCapacity(documents.count)
            let all = documents.span
            for number in all.indices {
                let start = texts.count
                do throws(PyYAMLError) {
                    try dumper.withDump(of: all[number]) { SeenText.append($0, to: &texts) }
                    yaml.append(SeenText.unframed(start..<texts.count))
                } catch {
                    failures[number] = error
                    yaml.append(start..<start)
                }
            }
            self.documents = documents
            self.yaml = yaml
            self.texts = SeenTexts(bytes: texts)
            self.failures = failures
        }
    }

    private let content: Content
    private let firstPort: Int

    /// - Parameter servers: nobody is to see their user data.
    package init(servers: [JSONDocument], ports: [JSONDocument]) {
        var documents = servers
        documents.reserveCapacity(servers.count + ports.count)
        for number in documents.indices { UserData.hide(in: &documents[number]) }
        documents += ports
        content = Content(documents)
        firstPort = servers.count
    }

    package func server(_ number: Int) -> SeenDocument { SeenDocument(all: content, number: number) }
    package func port(_ number: Int) -> SeenDocument { SeenDocument(all: content, number: firstPort + number) }
}
