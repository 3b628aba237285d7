// SPDX-License-Identifier: Apache-2.0

/// Who may log in to a simulated cloud, and how its services are configured.
package struct CloudSettings: Sendable {
    package var user = "osm"
    package var password = "secret"
    package var project = "osm"
    /// `nil`: the project of the cloud's first server.
    package var projectID: String?
    /// The project of the same name that tokens are for from now on, as if it had been made anew; `nil`: the one that
    /// the servers and ports are in. With a token for another one nothing of them is seen.
    package var newProjectID: String?
    package var userDomain = Domain()
    package var projectDomain = Domain()
    package var trustID = "vimwatch-trust"
    package var applicationCredentialID = "vimwatch-credential"
    package var applicationCredentialName = "vimwatch"
    package var applicationCredentialSecret = "vimwatch-secret"
    package var region = "RegionOne"
    /// Seconds until a token expires.
    package var tokenLifetime = 3600.0
    /// The lifetime that `expires_at` shows, in seconds; `nil`: the true one.
    package var shownTokenLifetime: Double?
    /// How far Keystone's clock is ahead, in seconds.
    package var clockSkew = 0.0
    /// Nova's `[api]max_limit`: the largest page, and the page of whoever asks for none.
    package var novaMaxLimit = 1000
    /// Neutron's `pagination_max_limit`; `nil`: no paging unless asked for.
    package var neutronMaxLimit: Int?
    /// Nova's newest microversion is 2.(this).
    package var newestMicroversion = 93
    /// Serve all ports whatever `project_id` says, for ports that are not from one project.
    package var ignoreProjectFilter = false

    package init() {}

    /// A domain as requests may name it.
    package struct Domain: Sendable, Equatable {
        package var id = "default"
        package var name = "Default"

        package init(id: String = "default", name: String = "Default") {
            self.id = id
            self.name = name
        }
    }
}
