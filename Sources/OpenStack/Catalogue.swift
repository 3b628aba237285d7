// SPDX-License-Identifier: Apache-2.0

import Values

/// The endpoints that a token came with.
struct Catalogue: Sendable {
    struct Endpoint: Sendable, Equatable {
        var service: String
        var interface: String
        var region: String
        var url: String
    }

    let endpoints: [Endpoint]

    /// Both shapes: v3 (`interface`, `url`) and v2.0 (`publicURL`, `internalURL`). Entries of another shape are left
    /// out.
    init(_ services: [Value]) {
        endpoints = services.flatMap { service in
            let type = service["type"]?.string ?? ""
            return (service["endpoints"]?.array ?? []).flatMap { endpoint -> [Endpoint] in
                let region = endpoint["region"]?.string ?? endpoint["region_id"]?.string ?? ""
                func made(_ interface: String, _ url: String?) -> Endpoint? {
                    url.map { Endpoint(service: type, interface: interface, region: region, url: $0) }
                }
                if let interface = endpoint["interface"]?.string {
                    return [made(interface, endpoint["url"]?.string)].compactMap(\.self)
                }
                return [
                    made("public", endpoint["publicURL"]?.string), made("internal", endpoint["internalURL"]?.string),
                ].compactMap(\.self)
            }
        }
    }

    /// The first endpoint that fits, without slashes at its end; `nil` region: any.
    func url(service: String, interface: String, region: String?) -> String? {
        let fitting = endpoints.first {
            $0.service == service && $0.interface == interface && (region == nil || $0.region == region)
        }
        guard var url = fitting?.url[...] else { return nil }
        while url.hasSuffix("/") { url.removeLast() }
        return String(url)
    }

    /// What there is, for an error message.
    var summary: String {
        guard !endpoints.isEmpty else { return "nothing" }
        let services = Dictionary(grouping: endpoints, by: \.service).sorted { $0.key < $1.key }
        return services.map { service, endpoints in
            let places = endpoints.map { $0.region.isEmpty ? $0.interface : "\($0.interface) \($0.region)" }
            return "\(service) (\(places.joined(separator: ", ")))"
        }.joined(separator: ", ")
    }
}
