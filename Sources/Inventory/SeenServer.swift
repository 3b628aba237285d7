// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// What a record is to hold of a server.
struct SeenServer: BitwiseCopyable {
    let id: SeenValue
    let name: SeenValue
    let status: SeenValue
    /// Where it runs; null when missing or empty.
    let host: SeenValue
    let yaml: SeenValue

    /// Reads a server as a whole, or nothing of it.
    ///
    /// - Parameters:
    ///   - yaml: makes its YAML.
    ///   - values: where it is to lie.
    init(
        _ members: SeenMembers<ServerMember>, into values: inout OwnedBytes,
        yaml: (inout OwnedBytes) throws(Malformed) -> SeenValue
    ) throws(Malformed) {
        let (id, name) = (try members.required(.id), try members.required(.name))
        guard let name = values.append(value: name), let id = values.append(value: id) else {
            throw Malformed("its name is a value that the database cannot hold")
        }
        let node = try members.required(.status)
        guard node.isString, let status = values.append(value: node) else { throw Malformed("its status is no text") }
        let host = members[.host].flatMap { $0.isTruthy ? values.append(value: $0) : nil }
        (self.id, self.name, self.status, self.host) = (id, name, status, host ?? .null)
        self.yaml = try yaml(&values)
    }
}
