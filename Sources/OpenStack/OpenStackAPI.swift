// SPDX-License-Identifier: Apache-2.0

import Curl
import Support
import Values

/// Requests to Nova and Neutron with a valid token.
struct OpenStackAPI: Sendable {
    enum Service: String, Sendable { case compute, network }

    let session: KeystoneSession
    let http: AccountHTTP
    let config: AccountConfig
    let now: @Sendable () -> Double

    /// An answer of any status but 401, and the URL that gave it.
    struct Answer: Sendable {
        var response: HTTPResponse
        var url: String
    }

    /// GETs a path below a service's endpoint. A token that is refused is replaced once.
    func get(
        _ service: Service, _ path: String, query: String? = nil, sink: (any BodySink)? = nil
    ) async throws(VIMError) -> Answer {
        let token = try await session.token()
        let answer = try await get(service, path, query, sink, token)
        guard answer.response.status == 401 else { return answer }
        let renewed = try await session.token(replacing: token)
        let second = try await get(service, path, query, sink, renewed)
        guard second.response.status == 401 else { return second }
        var error = http.error(for: second.response, "GET", second.url, now: now())
        error.reason += " (with a token that Keystone had just issued)"
        throw error
    }

    private func get(
        _ service: Service, _ path: String, _ query: String?, _ sink: (any BodySink)?, _ token: Token
    ) async throws(VIMError) -> Answer {
        let url = try endpoint(service, token) + path + (query.map { "?" + $0 } ?? "")
        let headers = [("X-Auth-Token", token.id.reveal)] + (service == .compute ? microversionHeaders : [])
        return Answer(response: try await http.send("GET", url, headers: headers, sink: sink), url: url)
    }

    /// The base of a service's URLs: Nova's as the catalogue has it, Neutron's with its version, which the catalogue
    /// leaves out, as neutronclient does.
    func endpoint(_ service: Service, _ token: Token) throws(VIMError) -> String {
        let interface = config.interface.rawValue
        let catalogue = token.catalogue
        guard let url = catalogue.url(service: service.rawValue, interface: interface, region: config.region) else {
            let region = config.region.map { " in region \($0)" } ?? ""
            throw http.error(
                .noEndpoint, "GET", service.rawValue,
                "no \(interface) \(service.rawValue) endpoint\(region); the catalogue has \(catalogue.summary)")
        }
        guard let path = URLParts(url)?.path else {
            throw http.error(.noEndpoint, "GET", url, "the catalogue's endpoint is not an http or https URL")
        }
        return service == .network && !path.hasSuffix("/v2.0") ? url + "/v2.0" : url
    }

    /// What novaclient sends; nothing for a version without microversions.
    private var microversionHeaders: [(name: String, value: String)] {
        let version = config.microversion
        if version == "2" || version == "2.0" { return [] }
        return [("OpenStack-API-Version", "compute \(version)"), ("X-OpenStack-Nova-API-Version", version)]
    }
}
