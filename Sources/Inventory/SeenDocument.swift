// SPDX-License-Identifier: Apache-2.0

import Values

/// A server or a port as the cloud showed it, read to what a record is to hold of it (`GatheredDocuments`).
package struct SeenDocument: Sendable {
    private let all: SeenDocuments.Content
    private let number: Int

    fileprivate init(_ all: SeenDocuments.Content, _ number: Int) { (self.all, self.number) = (all, number) }

    /// What its values are among; valid as long as this.
    var values: SeenValues { SeenValues(bytes: UnsafeRawBufferPointer(all.values.bytes)) }

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

/// Servers and ports that are compared with one record.
package struct SeenDocuments: Sendable {
    enum Document: BitwiseCopyable {
        case server(SeenServer)
        case port(SeenPort)
        /// The number of the reason.
        case malformed(Int)
    }

    final class Content: @unchecked Sendable {
        // Sendable: it changes only while nobody has it but the `GatheredDocuments` that fill it.
        var values = OwnedBytes(capacity: 0)
        var documents: [Document] = []
        var failures: [Malformed] = []

        /// Forgets everything, and keeps the memory.
        func removeAll() {
            values.removeAll()
            documents.removeAll(keepingCapacity: true)
            failures.removeAll()
        }
    }

    private let content: Content

    init(_ content: Content) { self.content = content }

    /// One of them, by its number in the order in which they were gathered.
    package subscript(number: Int) -> SeenDocument { SeenDocument(content, number) }
}
