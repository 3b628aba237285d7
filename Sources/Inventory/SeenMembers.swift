// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// Names of the members that are read of one kind of object, by their numbers.
protocol SeenMember: RawRepresentable<Int> {
    static var names: MemberNames { get }
}

/// The members of a server that are compared, or that others are compared with.
enum ServerMember: Int, SeenMember {
    case id, name, status, host

    static let names: MemberNames = ["id", "name", "status", "OS-EXT-SRV-ATTR:host"]
}

/// The members of a port that are compared.
enum PortMember: Int, SeenMember {
    case status, macAddress, networkID, fixedIPs, profile, details

    static let names: MemberNames = [
        "status", "mac_address", "network_id", "fixed_ips", "binding:profile", "binding:vif_details",
    ]
}

/// Those members of one server or port, looked for together; valid as long as it is lent.
struct SeenMembers<Name: SeenMember> {
    private let members: JSONMembers

    init(of object: JSONNode, _ finder: inout MemberFinder) { members = finder.members(of: object) }

    subscript(name: Name) -> JSONNode? { members[name.rawValue] }

    func required(_ name: Name) throws(Malformed) -> JSONNode {
        guard let node = self[name] else { throw Malformed("it has no \(Name.names[name.rawValue])") }
        return node
    }

    /// A member of an optional object: `nil` if that object is missing or empty, null if the member is.
    func member(_ key: StaticString, in container: Name) throws(Malformed) -> Value? {
        guard let value = self[container], value.isTruthy else { return nil }
        guard value.isObject else { throw Malformed("\(Name.names[container.rawValue]) is no object") }
        return value[key]?.value ?? .null
    }
}
