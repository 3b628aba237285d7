// SPDX-License-Identifier: Apache-2.0

package import JSON
import PyYAML

/// A server or a port as the cloud showed it, with its YAML.
package struct SeenDocument: Sendable {
    package let json: JSONDocument
    /// What the record is to hold of it.
    private let dump: Result<ArraySlice<UInt8>, PyYAMLError>

    /// The YAML of servers and ports is made of many at a time, one after the other: it takes one piece of memory for all,
    /// and little else.
    private static func documents(_ documents: [JSONDocument?]) -> [SeenDocument?] {
        var dumper = PyYAML.Dumper()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(documents.reduce(0) { $0 + ($1?.size ?? 0) / 4 * 5 })
        let places = documents.map { document in
            document.map { document in
                Result { () throws(PyYAMLError) in
                    let start = bytes.count
                    try dumper.withDump(of: document) { bytes.append(contentsOf: $0) }
                    return start..<bytes.count
                }
            }
        }
        let all = bytes
        return zip(documents, places).map { document, place in
            guard let document, let place else { return nil }
            return SeenDocument(json: document, dump: place.map { all[$0] })
        }
    }

    /// Servers, whose user data nobody is to see.
    package static func servers(_ servers: [JSONDocument]) -> [SeenDocument] {
        documents(
            servers.map { server in
                var server = server
                UserData.hide(in: &server)
                return server
            }
        ).compactMap(\.self)
    }

    /// Ports; `nil` stays `nil`.
    package static func ports(_ ports: [JSONDocument?]) -> [SeenDocument?] { documents(ports) }

    /// The YAML.
    func yaml() throws(Malformed) -> ArraySlice<UInt8> {
        do throws(PyYAMLError) { return try dump.get() } catch { throw Malformed("\(error)") }
    }
}
