// SPDX-License-Identifier: Apache-2.0

package import Curl
package import Support

/// How OpenStack accounts are asked; the same for all of them.
package struct OpenStackSettings: Sendable {
    /// Requests in flight at the same time, per account.
    package var requestsPerAccount = 4
    /// Per account; twice as many at once after a rest. `nil`: no limit.
    package var requestsPerSecond: Double?
    /// By which `requestsPerSecond` and `cycleTimeout` go.
    package var timeline = Timeline.continuous
    /// `limit` for servers; `nil`: the first request names none and the cloud decides.
    package var serverPageSize: Int?
    /// `limit` for ports. With `nil` Neutron answers with everything at once, unless it has a limit of its own.
    package var portPageSize: Int? = 1000
    /// Pages of one listing; more is an error.
    package var maxPages = 10_000
    package var timeouts = HTTPRequest.Timeouts()
    /// Seconds for all requests of one cycle together.
    package var cycleTimeout = Double.infinity
    /// Of one page of a listing. Pages are not held in memory.
    package var maxPageBytes = 1 << 30
    /// Of any other answer, which is.
    package var maxBodyBytes = 16 << 20
    /// As in `HTTPRequest`.
    package var proxy: String?
    package var noProxy: String?
    package var gzip = true
    /// Seconds a list of flavours is used.
    package var flavorLifetime = 3600.0

    package init() {}
}
