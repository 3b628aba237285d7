// SPDX-License-Identifier: Apache-2.0

import Curl

/// The way from page to page of one listing; finds links that lead nowhere or in a circle.
struct PageTrail {
    /// Why a link cannot be followed.
    struct DeadEnd: Error {
        let reason: String
    }

    /// Below the endpoint, such as "/servers/detail".
    let path: String
    let maxPages: Int
    private(set) var pages = 0
    private var seen: Set<String> = []

    init(path: String, maxPages: Int) {
        self.path = path
        self.maxPages = maxPages
    }

    /// The query of the next page.
    ///
    /// Of a link only the query is used, on our own endpoint, whatever host it names: behind a proxy links often name
    /// hosts that only the cloud knows, and the token must never go anywhere else.
    mutating func query(of link: String) throws(DeadEnd) -> String {
        pages += 1
        guard pages < maxPages else { throw DeadEnd(reason: "more than \(maxPages) pages") }
        var shown: String { link.withoutURLSecrets }
        guard let (linkPath, query) = Self.parts(link), let query, !query.isEmpty else {
            throw DeadEnd(reason: "the next link \(shown) names no next page")
        }
        guard linkPath.isEmpty || linkPath.withoutTrailingSlashes.hasSuffix(path) else {
            throw DeadEnd(reason: "the next link \(shown) leads away from \(path)")
        }
        let marker = query.split(separator: "&").first { $0.hasPrefix("marker=") }.map(String.init) ?? query
        guard seen.insert(marker).inserted else { throw DeadEnd(reason: "the next link \(shown) came before") }
        return query
    }

    /// Path and query of an absolute link, or of one relative to the host or to the page.
    private static func parts(_ link: String) -> (path: String, query: String?)? {
        if let url = URLParts(link) { return (url.path, url.query) }
        guard !link.contains("://"), !link.hasPrefix("//") else { return nil }
        let parts = link.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
    }
}
