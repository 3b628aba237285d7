// SPDX-License-Identifier: Apache-2.0

package import Curl
import JSON
import Support
import Values

/// An OpenStack account: Keystone for the token, Nova for servers and flavours, Neutron for ports.
package final class OpenStackVIM: VIMConnector {
    private let account: VIMAccount
    private let http: AccountHTTP
    private let session: KeystoneSession
    private let api: OpenStackAPI
    private let lister: Lister
    private let flavors: FlavorBook
    private let settings: OpenStackSettings
    private let listsAllPorts = Locked(false)

    /// - Parameter now: seconds since 1970 by the wall clock.
    /// - Throws: `VIMError` (`configuration`) if the account's settings cannot work. Nothing is asked yet.
    package init(
        _ account: VIMAccount, loop: CurlLoop, settings: OpenStackSettings = OpenStackSettings(),
        now: @escaping @Sendable () -> Double
    ) throws(VIMError) {
        let config = try AccountConfig(account)
        http = AccountHTTP(account.id, config, settings, loop)
        self.account = account
        self.settings = settings
        session = KeystoneSession(account, config, http, now: now)
        api = OpenStackAPI(session: session, http: http, config: config, now: now)
        lister = Lister(api: api, maxPages: settings.maxPages)
        flavors = FlavorBook(lister, lifetime: settings.flavorLifetime, now: now)
    }

    /// Makes OpenStack accounts for a registry.
    package static func factory(
        loop: CurlLoop, settings: OpenStackSettings, now: @escaping @Sendable () -> Double
    ) -> VIMConnectorFactory {
        { (account) throws(VIMError) in try OpenStackVIM(account, loop: loop, settings: settings, now: now) }
    }

    package func identity() async throws(VIMError) -> VIMIdentity {
        let token = try await session.token()
        return VIMIdentity(
            userID: token.userID, projectID: token.projectID, computeEndpoint: try api.endpoint(.compute, token),
            url: account.url)
    }

    package func probe() async throws(VIMError) {
        for (service, path) in [(OpenStackAPI.Service.compute, "/servers/detail"), (.network, "/ports")] {
            let answer = try await api.get(service, path, query: "limit=1")
            guard answer.response.status == 200 else {
                throw api.error(for: answer)
            }
        }
    }

    package func listServers(_ receiver: some ListingReceiver) async throws(VIMError) -> ListingSummary {
        let query = settings.serverPageSize.map { "limit=\($0)" }
        return try await lister.list(
            .init(service: .compute, path: "/servers/detail", key: "servers", query: query), receiver)
    }

    package func listPorts(_ receiver: some ListingReceiver) async throws(VIMError) -> ListingSummary {
        let project = try await session.token().projectID
        let filter = listsAllPorts.withLock { $0 } ? nil : "project_id=\(project.percentEncoded)"
        let query = [filter, settings.portPageSize.map { "limit=\($0)" }].compactMap(\.self).joined(separator: "&")
        return try await lister.list(
            .init(service: .network, path: "/ports", key: "ports", query: query.isEmpty ? nil : query), receiver)
    }

    package func listPortsOfAllProjects(_ flag: Bool) { listsAllPorts.withLock { $0 = flag } }

    package func server(id: String) async throws(VIMError) -> Lookup {
        try await lookup(.compute, "/servers", "server", id) { $0.fault == "itemNotFound" }
    }

    package func port(id: String) async throws(VIMError) -> Lookup {
        try await lookup(.network, "/ports", "port", id) { $0.type == "PortNotFound" }
    }

    package func flavorIDs(named name: String) async throws(VIMError) -> [String] {
        try await flavors.ids(named: name)
    }

    package func beginCycle() async {
        http.beginCycle()
        await flavors.beginCycle()
    }

    /// Asks for one object.
    ///
    /// - Parameter saysGone: whether the body of a 404 comes from the service and means this object. A 404 of a proxy,
    ///   or of a service that does not know the path, proves nothing.
    private func lookup(
        _ service: OpenStackAPI.Service, _ collection: String, _ key: String, _ id: String,
        saysGone: (ErrorBody) -> Bool
    ) async throws(VIMError) -> Lookup {
        guard !id.isEmpty, id != ".", id != ".." else {
            // Their URL would be that of the collection, or of something else.
            throw api.http.error(.configuration, "GET", collection, "\(id.debugDescription) is no id of a \(key)")
        }
        let answer = try await api.get(service, "\(collection)/\(id.percentEncoded)")
        let (response, url) = (answer.response, answer.url)
        if response.status == 404, saysGone(ErrorBody(response.body)) { return .notFound }
        guard response.status == 200 else { throw api.error(for: answer) }
        let value = try api.http.parse(response, "GET", url)
        guard let object = value[key], object.object != nil, let answered = object["id"]?.string else {
            throw api.http.error(.malformed, "GET", url, "the answer holds no \(key) with an id")
        }
        guard ResourceKey(answered) == ResourceKey(id) else {
            throw api.http.error(.malformed, "GET", url, "the answer is about another \(key), \(answered)")
        }
        return .found(ObjectBytes.member(key, of: response.body).map(Array.init) ?? JSON.serialize(object), object)
    }
}
