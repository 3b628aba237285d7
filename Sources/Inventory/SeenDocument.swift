// SPDX-License-Identifier: Apache-2.0

package import JSON
import PyYAML

/// A server or a port as the cloud showed it, with its YAML: one of those that travelled together.
package struct SeenDocument: Sendable {
    fileprivate let all: SeenDocuments.Content
    fileprivate let number: Int

    /// Lends the document.
    package func lent<Result, Failure>(_ body: (JSONNode) throws(Failure) -> Result) throws(Failure) -> Result {
        try all.documents.lent(number, body)
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
        let documents: JSONDocuments
        let texts: SeenTexts
        /// Where the YAML of each document lies.
        let yaml: [Range<Int>]
        /// Why a document has no YAML, by its number.
        let failures: [Int: PyYAMLError]

        init(_ documents: JSONDocuments) {
            var dumper = PyYAML.Dumper()
            var texts: [UInt8] = []
            texts.reserveCapacity(documents.size / 4 * 5)
            var failures: [Int: PyYAMLError] = [:]
            var yaml: [Range<Int>] = []
            yaml.reserveCapacity(documents.count)
            for number in 0..<documents.count {
                let start = texts.count
                do throws(PyYAMLError) {
                    try dumper.withDump(of: documents, number) { SeenText.append($0, to: &texts) }
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

    package init(_ gathered: GatheredDocuments) { content = Content(gathered.documents) }

    /// One of them, by its number in the order in which they were gathered.
    package subscript(number: Int) -> SeenDocument { SeenDocument(all: content, number: number) }
}
