// SPDX-License-Identifier: Apache-2.0

package import JSON

/// From Nova's microversion 2.47 on a server's flavour comes without its id; OSM's connector fills it in by name.
package enum FlavorRule {
    /// The name by which the id has to be looked up; `nil` if there is nothing to fill in.
    package static func name(of server: JSONDocument) -> String? {
        let name = server.lent { $0["flavor"]?["original_name"]?.string }
        return name?.isEmpty ?? true ? nil : name
    }

    /// Sets `flavor.id` to that of the one flavour of that name; not if there is none or more than one.
    package static func fill(_ server: inout JSONDocument, matching ids: [String]) {
        if ids.count == 1 { server.set("id", in: "flavor", to: ids[0]) }
    }
}
