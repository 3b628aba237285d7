// SPDX-License-Identifier: Apache-2.0

import Curl
import Values

/// The endpoints that a token came with.
struct Catalogue: Sendable {
    struct Endpoint: Sendable {
        let service: String
        let interface: String
        let region: String
        /// Without slashes at its end.
        let url: String
        /// Whether that is an http or https URL.
        let isUsable: Bool

        init(service: String, interface: String, region: String, url: String) {
            (self.service, self.interface, self.region) = (service, interface, region)
            var trimmed = url[...]
            while trimmed.hasSuffix("/") { trimmed.removeLast() }
            self.url = String(trimmed)
            isUsable = URLParts(self.url) != nil
        }
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

    /// The first endpoint that fits; `nil` region: any.
    func endpoint(service: String, interface: String, region: String?) -> Endpoint? {
        endpoints.first {
            $0.service == service && $0.interface == interface && (region == nil || $0.region == region)
        }
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
