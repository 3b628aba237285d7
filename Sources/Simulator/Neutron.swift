// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Values

/// The network service of a cloud: its ports.
struct Neutron: Sendable {
    let cloud: SimulatedCloud
    /// `http://host:port/v/<name>/network`.
    let base: String

    func version(path: String) -> Answer {
        guard path.hasSuffix("/v2.0/") else {
            let link: Value = ["rel": "self", "href": .string("\(base)/v2.0/")]
            return Answer(["versions": [["id": "v2.0", "status": "CURRENT", "links": [link]]]])
        }
        let link: Value = ["rel": "self", "href": .string("\(base)/v2.0/ports")]
        return Answer(["resources": [["name": "port", "collection": "ports", "links": [link]]]])
    }

    func answer(_ route: Route, _ request: IncomingRequest, twist: ListingTwist) -> Answer {
        switch route.kind {
        case .ports: page(request, twist)
        case .port:
            (twist.isOtherProject ? nil : cloud.item(.ports, id: route.id ?? ""))
                .map { Answer(wrapping: $0, as: "port") } ?? portNotFound(route.id ?? "")
        default: failure(404, "HTTPNotFound", "The resource could not be found.")
        }
    }

    private func page(_ request: IncomingRequest, _ twist: ListingTwist) -> Answer {
        let parameters = request.parameters
        let asked = parameters.first { $0.name == "limit" }?.value
        guard asked.map({ Int($0) ?? -1 }) ?? 0 >= 0 else {
            return failure(
                400, "BadRequest",
                "Bad limit request: Limit must be an integer 0 or greater and not '\(asked ?? "")'.")
        }
        // 0 is no limit, and the service's own maximum holds for whoever asks for none or for more.
        let limit = [asked.flatMap { Int($0) }, cloud.settings.neutronMaxLimit].compactMap(\.self).filter { $0 > 0 }
            .min()
        let selection = PortSelection(parameters, ignoresProject: cloud.settings.ignoreProjectFilter)
        if let unknown = selection.unknown {
            return failure(400, "HTTPBadRequest", "['\(unknown)'] is invalid attribute for filtering")
        }
        let marker = parameters.first { $0.name == "marker" }?.value
        let isReverse = parameters.contains { $0.name == "page_reverse" && $0.value.lowercased() == "true" }
        let render = { (listing: Listing) -> ByteBuffer? in
            if marker != nil, twist.losesMarkers { return nil }
            let start = twist.isEndless ? nil : marker
            guard let window = window(of: listing.items, marker: start, limit: limit, isReverse: isReverse) else {
                return nil
            }
            return PageText.render(
                "ports", window.items, repeating: twist.repeated,
                links: links(
                    request, window, isPaged: limit != nil, isReverse: isReverse, twist,
                    endless: twist.isEndless ? twist.freshMarker(after: marker) : nil))
        }
        let body =
            twist.isPlain
            ? cloud.page(.ports, key: own(request), of: selection, render: render)
            : render(Listing(selection.chosen(from: twist.believed(cloud.listing(.ports).items))))
        return body.map { Answer(body: $0) } ?? portNotFound(marker ?? "")
    }

    private func window(of items: [CloudItem], marker: String?, limit: Int?, isReverse: Bool) -> PageWindow? {
        guard let marker, limit != nil else {
            let start = isReverse ? max(0, items.count - (limit ?? items.count)) : 0
            return PageWindow(of: items, from: start, limit: limit)
        }
        guard let index = PageWindow.index(ofMarker: marker, in: items) else { return nil }
        guard isReverse else { return PageWindow(of: items, from: index + 1, limit: limit) }
        let start = max(0, index - (limit ?? index))
        return PageWindow(of: items, from: start, limit: index - start)
    }

    private func links(
        _ request: IncomingRequest, _ window: PageWindow, isPaged: Bool, isReverse: Bool, _ twist: ListingTwist,
        endless: String?
    ) -> [(rel: String, href: String)] {
        let paging: Set<String> = ["marker", "page_reverse"]
        var links: [(rel: String, href: String)] = []
        let regular =
            endless.map { address(request, request.query(without: paging, adding: ["marker=\($0)"])) }
            ?? (isPaged && (window.isFull || isReverse)
                ? window.last.map { address(request, request.query(without: paging, adding: ["marker=\($0)"])) } : nil)
        if let next = twist.nextLink(regular, own: own(request), origin: request.origin) {
            links.append(("next", next))
        }
        if isPaged, window.isFull || !isReverse, let first = window.first {
            let query = request.query(without: paging, adding: ["marker=\(first)", "page_reverse=True"])
            links.append(("previous", address(request, query)))
        }
        return links
    }

    private func own(_ request: IncomingRequest) -> String { address(request, request.query ?? "") }

    private func address(_ request: IncomingRequest, _ query: String) -> String {
        request.origin + request.path + (query.isEmpty ? "" : "?" + query)
    }

    private func portNotFound(_ id: String) -> Answer {
        failure(404, "PortNotFound", "Port \(id) could not be found.")
    }

    private func failure(_ code: Int, _ type: String, _ message: String) -> Answer {
        Answer(
            status: code,
            ["NeutronError": ["type": .string(type), "message": .string(message), "detail": ""]])
    }
}
