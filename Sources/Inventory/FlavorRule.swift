// SPDX-License-Identifier: Apache-2.0

package import JSON

/// From Nova's microversion 2.47 on a server's flavour comes without its id; OSM's connector fills it in by name.
package enum FlavorRule {
    /// The member of a server that has the flavour.
    static let member: MemberNames = ["flavor"]

    /// The name by which the id of a server's flavour has to be looked up; `nil` if there is nothing to fill in.
    package static func name(of server: JSONNode) -> String? { name(inFlavor: server["flavor"]) }

    static func name(inFlavor flavor: JSONNode?) -> String? {
        let name = flavor?["original_name"]?.string
        return name?.isEmpty ?? true ? nil : name
    }

    /// Sets `flavor.id` of a server to that of the one flavour of that name; not if there is none or more than one.
    ///
    /// - Parameters:
    ///   - flavor: finds `member`.
    ///   - known: what the server was indexed with.
    static func fill(
        _ server: inout JSONDocument, _ flavor: inout MemberFinder, matching ids: [String], _ known: inout KnownKeys
    ) {
        if ids.count == 1 { server.set("id", in: &flavor, to: ids[0], &known) }
    }
}
