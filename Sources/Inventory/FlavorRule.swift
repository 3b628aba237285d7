// SPDX-License-Identifier: Apache-2.0

package import JSON

/// From Nova's microversion 2.47 on a server's flavour comes without its id; OSM's connector fills it in by name.
package enum FlavorRule {
    /// The name by which the id has to be looked up; `nil` if there is nothing to fill in.
    package static func name(of server: JSONNode) -> String? {
        let name = server["flavor"]?["original_name"]?.string
        return name?.isEmpty ?? true ? nil : name
    }

    /// Sets `flavor.id` of the last server to that of the one flavour of that name; not if there is none or more than one.
    static func fill(_ servers: inout JSONDocuments, matching ids: [String]) {
        if ids.count == 1 { servers.setInLast("id", in: "flavor", to: ids[0]) }
    }
}
