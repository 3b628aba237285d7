// SPDX-License-Identifier: Apache-2.0

/// A server or a port as the cloud showed it: one of those that travelled together.
package struct SeenDocument: Sendable {
    private let all: SeenDocuments.Content
    private let number: Int

    fileprivate init(_ all: SeenDocuments.Content, _ number: Int) { (self.all, self.number) = (all, number) }

    /// What its values are among.
    var values: SeenValues { all.values }

    /// What the record is to hold of it, if it is a server.
    func server() throws(Malformed) -> SeenServer {
        guard case .server(let server) = try document() else { throw Malformed("it is no server") }
        return server
    }

    /// What the record is to hold of it, if it is a port.
    func port() throws(Malformed) -> SeenPort {
        guard case .port(let port) = try document() else { throw Malformed("it is no port") }
        return port
    }

    private func document() throws(Malformed) -> SeenDocuments.Document {
        let document = all.documents[number]
        if case .malformed(let failure) = document { throw all.failures[failure] }
        return document
    }
}

/// Servers and ports that travelled together, read to what a record is to hold of them (`GatheredDocuments`).
package struct SeenDocuments: Sendable {
    enum Document: BitwiseCopyable {
        case server(SeenServer)
        case port(SeenPort)
        /// The number of the reason.
        case malformed(Int)
    }

    fileprivate final class Content: Sendable {
        let values: SeenValues
        let documents: [Document]
        let failures: [Malformed]

        init(_ values: SeenValues, _ documents: [Document], _ failures: [Malformed]) {
            (self.values, self.documents, self.failures) = (values, documents, failures)
        }
    }

    private let content: Content

    init(_ values: SeenValues, _ documents: [Document], _ failures: [Malformed]) {
        content = Content(values, documents, failures)
    }

    /// How many bytes their values have.
    package var size: Int { content.values.bytes.count }

    /// One of them, by its number in the order in which they were gathered.
    package subscript(number: Int) -> SeenDocument { SeenDocument(content, number) }
}
