// SPDX-License-Identifier: Apache-2.0

import Curl
import JSON

/// Reads whole listings, page by page.
struct Lister: Sendable {
    let api: OpenStackAPI
    let maxPages: Int

    /// What is listed and how.
    struct Listing: Sendable {
        var service: OpenStackAPI.Service
        /// Below the endpoint.
        var path: String
        /// The member of a page that holds the objects.
        var key: String
        /// Of the first page.
        var query: String?
    }

    private enum Ending {
        case complete(ListingSummary)
        /// What was listed so far may have holes: the object that a page begins after is gone, or the page is another
        /// project's or cloud's.
        case torn(VIMError)
    }

    /// Every object of a listing. It begins anew once if its pages do not belong together.
    func list(_ listing: Listing, _ receiver: some ListingReceiver) async throws(VIMError) -> ListingSummary {
        if case .complete(let summary) = try await pass(listing, receiver) { return summary }
        receiver.restart()
        switch try await pass(listing, receiver) {
        case .complete(let summary): return summary
        case .torn(var error):
            error.reason += " (twice during one listing)"
            throw error
        }
    }

    private func pass(_ listing: Listing, _ receiver: some ListingReceiver) async throws(VIMError) -> Ending {
        var trail = PageTrail(path: listing.path, maxPages: maxPages)
        var summary = ListingSummary()
        var query = listing.query
        var origin: OpenStackAPI.Origin?
        while true {
            let sink = PageSink(listing.key, receiver)
            let answer = try await api.get(listing.service, listing.path, query: query, sink: sink)
            let (response, url) = (answer.response, answer.url)
            guard origin == nil || origin == answer.origin else {
                return .torn(
                    api.http.error(.accountChanged, "GET", url, "a new token is for another project or endpoint"))
            }
            origin = answer.origin
            guard response.status == 200 else {
                var error = api.error(for: answer)
                guard summary.pages > 0, Self.saysMarkerGone(response) else { throw error }
                error.code = .paging
                error.isRetriable = true
                return .torn(error)
            }
            let next: String?
            do {
                let end = try sink.finish()
                summary.pages += 1
                summary.objects += end.count
                summary.bytes += response.bytesReceived
                next = end.next
            } catch let error as PageRejection {
                throw api.http.error(error.code, "GET", url, error.description)
            } catch {
                throw api.http.error(.rejectedByReceiver, "GET", url, "\(error)")
            }
            guard let next else { return .complete(summary) }
            do throws(PageTrail.DeadEnd) {
                query = try trail.query(of: next)
            } catch {
                throw api.http.error(.paging, "GET", url, error.reason)
            }
        }
    }

    /// Neutron: 404 `NeutronError`; Nova: 400 "marker […] not found".
    private static func saysMarkerGone(_ response: HTTPResponse) -> Bool {
        let body = ErrorBody(response.body)
        switch response.status {
        case 404: return body.fault == "NeutronError"
        case 400: return body.text.contains("marker")
        default: return false
        }
    }
}
