// SPDX-License-Identifier: Apache-2.0

/// Who may log in to a simulated cloud, and how its services are configured.
package struct CloudSettings: Sendable {
    package var user = "osm"
    package var password = "secret"
    package var project = "osm"
    /// `nil`: the project of the cloud's first server.
    package var projectID: String?
    package var applicationCredentialID = "vimwatch-credential"
    package var applicationCredentialSecret = "vimwatch-secret"
    package var region = "RegionOne"
    /// Seconds until a token expires.
    package var tokenLifetime = 3600.0
    /// Nova's `[api]max_limit`: the largest page, and the page of whoever asks for none.
    package var novaMaxLimit = 1000
    /// Neutron's `pagination_max_limit`; `nil`: no paging unless asked for.
    package var neutronMaxLimit: Int?
    /// Nova's newest microversion is 2.(this).
    package var newestMicroversion = 93
    /// Serve all ports whatever `project_id` says, for ports that are not from one project.
    package var ignoreProjectFilter = false

    package init() {}
}
