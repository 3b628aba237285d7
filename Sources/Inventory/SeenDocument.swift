// SPDX-License-Identifier: Apache-2.0

package import JSON

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
        if let failure = all.yaml.failures[number] { throw Malformed("\(failure)") }
        return SeenText(all: all.texts, range: all.yaml.places[number])
    }
}

/// Servers and ports that travelled together (`GatheredDocuments`).
package struct SeenDocuments: Sendable {
    fileprivate final class Content: Sendable {
        let documents: JSONDocuments
        let yaml: GatheredYAML
        let texts: SeenTexts

        init(_ documents: JSONDocuments, _ yaml: GatheredYAML) {
            self.documents = documents
            self.yaml = yaml
            texts = SeenTexts(bytes: yaml.texts)
        }
    }

    private let content: Content

    init(_ documents: JSONDocuments, _ yaml: GatheredYAML) { content = Content(documents, yaml) }

    /// How many bytes their YAML has.
    package var size: Int { content.texts.bytes.count }

    /// One of them, by its number in the order in which they were gathered.
    package subscript(number: Int) -> SeenDocument { SeenDocument(all: content, number: number) }
}
