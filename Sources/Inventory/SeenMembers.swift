// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// The members of a server that are compared, or that others are compared with.
struct ServerMembers {
    enum Name: Int { case id, name, status, host }

    private static let names: MemberNames = ["id", "name", "status", "OS-EXT-SRV-ATTR:host"]
    private let members: JSONMembers

    init(of server: JSONNode) { members = server.members(Self.names) }

    subscript(name: Name) -> JSONNode? { members[name.rawValue] }

    func required(_ name: Name) throws(Malformed) -> JSONNode {
        guard let node = self[name] else { throw Malformed("it has no \(Self.names[name.rawValue])") }
        return node
    }
}

/// The members of a port that are compared.
struct PortMembers {
    enum Name: Int { case status, macAddress, networkID, fixedIPs, profile, details }

    private static let names: MemberNames = [
        "status", "mac_address", "network_id", "fixed_ips", "binding:profile", "binding:vif_details",
    ]
    private let members: JSONMembers

    init(of port: JSONNode) { members = port.members(Self.names) }

    subscript(name: Name) -> JSONNode? { members[name.rawValue] }

    func required(_ name: Name) throws(Malformed) -> JSONNode {
        guard let node = self[name] else { throw Malformed("it has no \(Self.names[name.rawValue])") }
        return node
    }

    /// A member of an optional object of the port: `nil` if that object is missing or empty, null if the member is.
    func member(_ key: StaticString, in container: Name) throws(Malformed) -> Value? {
        guard let value = self[container], value.isTruthy else { return nil }
        guard value.isObject else { throw Malformed("\(Self.names[container.rawValue]) is no object") }
        return value[key]?.value ?? .null
    }
}
