// SPDX-License-Identifier: Apache-2.0

import Curl
import Support
import Values

/// Requests to Nova and Neutron with a valid token.
struct OpenStackAPI: Sendable {
    enum Service: String, Sendable, CaseIterable { case compute, network }

    let session: KeystoneSession
    let http: AccountHTTP
    let config: AccountConfig
    let now: @Sendable () -> Double
    let computeRoot: ComputeRoot

    init(session: KeystoneSession, http: AccountHTTP, config: AccountConfig, now: @escaping @Sendable () -> Double) {
        self.session = session
        self.http = http
        self.config = config
        self.now = now
        computeRoot = ComputeRoot(http, now: now)
    }

    /// An answer of any status but 401, and the URL that gave it.
    struct Answer: Sendable {
        var service: Service
        var response: HTTPResponse
        var url: String
        var origin: Origin
    }

    /// Whose objects an answer tells of. A new token may be for another project, or lead to another cloud.
    struct Origin: Sendable, Equatable {
        var projectID: String
        var endpoint: String
    }

    /// The error that an answer with an unexpected status stands for.
    func error(for answer: Answer) -> VIMError {
        var error = http.error(for: answer.response, "GET", answer.url, now: now())
        if answer.service == .compute, Self.isOfMicroversion(answer.response) {
            error.code = .microversion
            error.isRetriable = false
            error.reason += " (asked for \(config.microversion); config.microversion of the account chooses another)"
        }
        return error
    }

    /// Nova answers 406 to a version that it does not offer and 400 to one that is none.
    /// <https://docs.openstack.org/api-guide/compute/microversions.html>
    private static func isOfMicroversion(_ response: HTTPResponse) -> Bool {
        guard response.status == 400 else { return response.status == 406 }
        let said = ErrorBody(response.body).text
        return said.contains("API Version String") || said.contains("microversion")
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
        var error = self.error(for: second)
        error.reason += " (with a token that Keystone had just issued)"
        throw error
    }

    private func get(
        _ service: Service, _ path: String, _ query: String?, _ sink: (any BodySink)?, _ token: Token
    ) async throws(VIMError) -> Answer {
        var base = try endpoint(service, token)
        let origin = Origin(projectID: token.projectID, endpoint: base)
        let identification = [(name: "X-Auth-Token", value: token.id.reveal)]
        if service == .compute { base = try await computeRoot.base(of: base, headers: identification) }
        let url = base + path + (query.map { "?" + $0 } ?? "")
        let headers = identification + (service == .compute ? microversionHeaders : [])
        let response = try await http.send("GET", url, headers: headers, sink: sink)
        if service == .compute, response.status == 200 { try check(response, url) }
        return Answer(service: service, response: response, url: url, origin: origin)
    }

    /// A Nova that is too old for microversions, or a proxy that drops the header, answers in another version's words.
    /// An answer that names no version is believed: not every proxy hands the header on.
    private func check(_ response: HTTPResponse, _ url: String) throws(VIMError) {
        let asked = config.microversion
        guard !microversionHeaders.isEmpty, asked != "latest" else { return }
        guard let answered = response.computeVersion, answered != asked else { return }
        throw http.error(
            .microversion, "GET", url, "asked for version \(asked), answered in \(answered.debugDescription)")
    }

    /// The base of a service's URLs: Nova's as the catalogue has it, Neutron's with its version, which the catalogue
    /// leaves out, as neutronclient does.
    func endpoint(_ service: Service, _ token: Token) throws(VIMError) -> String {
        if let url = config.endpointOverrides[service] { return Self.versioned(service, url) }
        let interface = config.interface.rawValue
        let catalogue = token.catalogue
        guard
            let endpoint = catalogue.endpoint(
                service: service.rawValue, interface: interface, region: config.region)
        else {
            let region = config.region.map { " in region \($0)" } ?? ""
            throw http.error(
                .noEndpoint, "GET", service.rawValue,
                "no \(interface) \(service.rawValue) endpoint\(region); the catalogue has \(catalogue.summary)")
        }
        guard endpoint.isUsable else {
            throw http.error(.noEndpoint, "GET", endpoint.url, "the catalogue's endpoint is not an http or https URL")
        }
        return Self.versioned(service, endpoint.url)
    }

    private static func versioned(_ service: Service, _ url: String) -> String {
        service == .network && !url.hasSuffix("/v2.0") ? url + "/v2.0" : url
    }

    /// What novaclient sends; nothing for a version without microversions.
    private var microversionHeaders: [(name: String, value: String)] {
        let version = config.microversion
        if version == "2" || version == "2.0" { return [] }
        return [("OpenStack-API-Version", "compute \(version)"), ("X-OpenStack-Nova-API-Version", version)]
    }
}

extension HTTPResponse {
    /// The microversion that Nova names, by the header of today or by that of its first years.
    fileprivate var computeVersion: String? {
        for named in header("OpenStack-API-Version")?.split(separator: ",") ?? [] {
            let words = named.split(separator: " ")
            if words.count == 2, words[0] == "compute" { return String(words[1]) }
        }
        return header("X-OpenStack-Nova-API-Version")
    }
}
