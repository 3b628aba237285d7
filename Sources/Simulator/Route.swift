// SPDX-License-Identifier: Apache-2.0

/// The services of a simulated cloud.
package enum ServiceName: String, Sendable, CaseIterable {
    case keystone, nova, neutron
}

/// What a request asks for; requests are counted and faults chosen by it.
package enum RequestKind: String, Sendable, CaseIterable {
    /// A version document.
    case version
    /// A login.
    case token
    /// A page of servers, one server, a page of flavours, one flavour, a page of ports, one port.
    case servers, server, flavors, flavor, ports, port
    /// Anything else below a cloud's URL; answered with 404.
    case other
}

/// Where a path below `/v/<cloud>` leads.
struct Route: Sendable {
    let cloud: String
    let service: ServiceName
    let kind: RequestKind
    /// The id of a server, port or flavour.
    var id: String?
    /// Listing with all details.
    var isDetailed = false

    /// - Returns: `nil` for a path that is not below `/v/`.
    init?(path: String) {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count >= 2, parts[0] == "v" else { return nil }
        cloud = parts[1]
        let rest = Array(parts.dropFirst(2))
        switch rest.first {
        case "compute":
            service = .nova
            (kind, id, isDetailed) = Self.nova(Array(rest.dropFirst()))
        case "network":
            service = .neutron
            (kind, id) = Self.neutron(Array(rest.dropFirst()), endsInSlash: path.hasSuffix("/"))
        default:
            service = .keystone
            kind = Self.keystone(rest)
        }
    }

    private static func keystone(_ parts: [String]) -> RequestKind {
        switch parts {
        case [], ["v3"], ["v2.0"]: .version
        case ["v3", "auth", "tokens"], ["v2.0", "tokens"]: .token
        default: .other
        }
    }

    private static func nova(_ parts: [String]) -> (RequestKind, String?, Bool) {
        switch parts {
        case [], ["v2.1"]: (.version, nil, false)
        case ["v2.1", "servers", "detail"]: (.servers, nil, true)
        case ["v2.1", "flavors"]: (.flavors, nil, false)
        case ["v2.1", "flavors", "detail"]: (.flavors, nil, true)
        default:
            if parts.count == 3, parts[0] == "v2.1", parts[1] == "servers" {
                (.server, parts[2], true)
            } else if parts.count == 3, parts[0] == "v2.1", parts[1] == "flavors" {
                (.flavor, parts[2], true)
            } else {
                (.other, nil, false)
            }
        }
    }

    private static func neutron(_ parts: [String], endsInSlash: Bool) -> (RequestKind, String?) {
        switch parts {
        case []: (.version, nil)
        // A real Neutron answers /v2.0/ and not /v2.0.
        case ["v2.0"]: (endsInSlash ? .version : .other, nil)
        case ["v2.0", "ports"]: (.ports, nil)
        default: parts.count == 3 && parts[0] == "v2.0" && parts[1] == "ports" ? (.port, parts[2]) : (.other, nil)
        }
    }
}
