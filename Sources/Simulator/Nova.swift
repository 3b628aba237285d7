// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Values

/// The compute service of a cloud: servers and flavours. Objects are served in the shape they were made in, whatever
/// microversion is asked for.
struct Nova: Sendable {
    let cloud: SimulatedCloud
    /// `http://host:port/v/<name>/compute`.
    let base: String

    func version() -> Answer {
        Answer([
            "version": [
                "id": "v2.1", "status": "CURRENT", "version": .string(newest), "min_version": "2.1",
                "updated": "2013-07-23T11:33:21Z",
                "links": [
                    ["rel": "self", "href": .string("\(base)/v2.1/")],
                    ["rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"],
                ],
                "media-types": [
                    ["base": "application/json", "type": "application/vnd.openstack.compute+json;version=2.1"]
                ],
            ]
        ])
    }

    func answer(_ route: Route, _ request: IncomingRequest, twist: ListingTwist) -> Answer {
        let version: String
        switch microversion(request) {
        case .success(let asked): version = asked
        case .failure(let refusal): return refusal.answer
        }
        let answer =
            switch route.kind {
            case .servers: page(.servers, "servers", request, twist)
            case .flavors: page(.flavors, "flavors", request, twist, isBrief: !route.isDetailed)
            case .server: server(route.id ?? "", twist)
            case .flavor: one(.flavors, "flavor", route.id ?? "", missing: "Flavor %s could not be found.")
            default: notFound
            }
        return answer.with("Openstack-Api-Version", "compute \(version)")
            .with("X-Openstack-Nova-Api-Version", version)
            .with("Vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version")
    }

    private var newest: String { "2.\(cloud.settings.newestMicroversion)" }

    private struct Refusal: Error {
        let answer: Answer
    }

    /// The microversion to serve: that of the newer header, else of the older one, else 2.1.
    private func microversion(_ request: IncomingRequest) -> Result<String, Refusal> {
        var asked = request.header("x-openstack-nova-api-version") ?? "2.1"
        if let header = request.header("openstack-api-version"), header.hasPrefix("compute ") {
            asked = String(header.dropFirst(8))
        }
        if asked == "latest" { return .success(newest) }
        let parts = asked.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1] else {
            let text = "API Version String \(asked) is of invalid format. Must be of format MajorNum.MinorNum."
            return .failure(Refusal(answer: failure(400, "badRequest", text)))
        }
        guard major == 2, (1...cloud.settings.newestMicroversion).contains(minor) else {
            let text =
                "Version \(asked) is not supported by the API. Minimum is 2.1 and maximum is \(newest)."
            return .failure(Refusal(answer: failure(406, "computeFault", text)))
        }
        return .success(asked)
    }

    private func page(
        _ collection: CloudState.Collection, _ name: String, _ request: IncomingRequest,
        _ twist: ListingTwist, isBrief: Bool = false
    ) -> Answer {
        let asked = request.parameter("limit")
        let number = asked.map { $0.utf8.allSatisfy { (48...57).contains($0) } ? Int($0) ?? .max : -1 } ?? .max
        guard number >= 0 else {
            let text =
                "Invalid input for query parameters limit. Value: \(asked ?? ""). "
                + "'\(asked ?? "")' does not match '^[0-9]*$'"
            return failure(400, "badRequest", text)
        }
        let limit = min(number, cloud.settings.novaMaxLimit)
        let marker = request.parameter("marker")
        let isPaged = asked != nil || marker != nil
        let render = { (listing: Listing) -> ByteBuffer? in
            var items = twist.believed(listing.items)
            if let cell = twist.cell, collection == .servers { items = cell.listed(items, isPaged: isPaged) }
            if marker != nil, twist.losesMarkers { return nil }
            guard let start = twist.isEndless ? 0 : Self.start(after: marker, in: items, of: listing) else {
                return nil
            }
            let window = PageWindow(of: items, from: start, limit: limit)
            let regular: String? =
                twist.isEndless
                ? link(request, marker: twist.freshMarker(after: marker))
                : window.isFull ? window.last.map { link(request, marker: $0) } : nil
            let next = twist.nextLink(regular, own: link(request), origin: request.origin)
            return PageText.render(
                name, isBrief ? ArraySlice(window.items.map(Self.brief)) : window.items, repeating: twist.repeated,
                links: next.map { [("next", $0)] } ?? [])
        }
        let body =
            twist.isPlain
            ? cloud.page(collection, key: link(request), render: render) : render(cloud.listing(collection))
        return body.map { Answer(body: $0) }
            ?? failure(400, "badRequest", "marker [\(marker ?? "")] not found")
    }

    /// What a listing without details shows of an object.
    private static func brief(_ item: CloudItem) -> CloudItem {
        let shown: Set<String> = ["id", "name", "links", "description"]
        guard let members = item.value.object?.members.filter({ shown.contains($0.key) }) else { return item }
        return CloudItem(.object(Object(uniqueMembers: members)))
    }

    /// Nova goes on from a marker that was deleted meanwhile, as long as its row is soft-deleted: here for ever.
    private static func start(after marker: String?, in items: [CloudItem], of listing: Listing) -> Int? {
        guard let marker else { return 0 }
        if let index = PageWindow.index(ofMarker: marker, in: items) { return index + 1 }
        return listing.index(afterRemoved: marker).map { min($0, items.count) }
    }

    /// The address of this page, or of the page after a marker.
    private func link(_ request: IncomingRequest, marker: String? = nil) -> String {
        let query = marker.map { request.query(without: ["marker"], adding: ["marker=\($0)"]) } ?? request.query ?? ""
        return request.origin + request.path + (query.isEmpty ? "" : "?" + query)
    }

    private func server(_ id: String, _ twist: ListingTwist) -> Answer {
        let missing = "Instance %s could not be found."
        if twist.isOtherProject { return self.missing(id, missing) }
        if let cell = twist.cell, let item = cloud.item(.servers, id: id),
            cell.holds(item.id, among: cloud.listing(.servers).items)
        {
            return cell.showsStubs
                ? Answer(wrapping: DownCell.stub(item), as: "server")
                : failure(
                    500, "computeFault",
                    "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova "
                        + "API log if possible.\n<class 'oslo_db.exception.DBConnectionError'>")
        }
        return one(.servers, "server", id, missing: missing)
    }

    private func missing(_ id: String, _ text: String) -> Answer {
        failure(404, "itemNotFound", text.split(separator: "%s").joined(separator: id))
    }

    private func one(
        _ collection: CloudState.Collection, _ name: String, _ id: String, missing: String
    ) -> Answer {
        cloud.item(collection, id: id).map { Answer(wrapping: $0, as: name) }
            ?? self.missing(id, missing)
    }

    private func failure(_ code: Int64, _ name: String, _ message: String) -> Answer {
        Answer(status: Int(code), .object([name: ["code": .int(code), "message": .string(message)]]))
    }

    private var notFound: Answer {
        Answer(
            status: 404,
            [
                "message": "The resource could not be found.<br /><br />\n\n\n", "code": "404 Not Found",
                "title": "Not Found",
            ])
    }
}
