// SPDX-License-Identifier: Apache-2.0

package import Values

/// From Nova's microversion 2.47 on a server's flavour comes without its id; OSM's connector fills it in by name.
package enum FlavorRule {
    /// The name by which the id has to be looked up; `nil` if there is nothing to fill in.
    package static func name(of server: Object) -> String? {
        guard let name = server["flavor"]?["original_name"]?.string, !name.isEmpty else { return nil }
        return name
    }

    /// The server with `flavor.id` from the one flavour of that name; unchanged if there is none or more than one.
    package static func fill(_ server: Object, matching ids: [String]) -> Object {
        guard ids.count == 1, case .object(var flavor)? = server["flavor"] else { return server }
        flavor["id"] = .string(ids[0])
        var server = server
        server["flavor"] = .object(flavor)
        return server
    }
}
