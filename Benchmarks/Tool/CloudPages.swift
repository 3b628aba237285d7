// SPDX-License-Identifier: Apache-2.0

import Curl
import Foundation
import JSON
import Support
import Values

/// The pages that have to be fetched to know one simulated cloud: found out once, fetched as often as wanted.
struct CloudPages: Sendable {
    private let loop: CurlLoop
    private let headers: [(name: String, value: String)]
    /// Each listing's pages, in order.
    private let listings: [[String]]

    /// Logs in and follows the links from page to page.
    init(of cloud: String, at simulator: String, _ loop: CurlLoop) async throws {
        self.loop = loop
        let base = "\(simulator)/v/\(cloud)"
        var login = HTTPRequest("POST", "\(base)/v3/auth/tokens")
        login.body = Array(Self.loginBody.utf8)
        let answer = try await loop.send(login)
        guard let token = answer.header("X-Subject-Token"),
            let project = try JSON.parse(answer.body)["token"]?["project"]?["id"]?.string
        else { throw BenchError(description: "\(cloud): login failed with status \(answer.status)") }
        headers = [
            ("Accept", "application/json"), ("User-Agent", "vimwatch"), ("X-Auth-Token", token),
            ("OpenStack-API-Version", "compute 2.60"), ("X-OpenStack-Nova-API-Version", "2.60"),
        ]
        listings = [
            try await Self.follow("\(base)/compute/v2.1/servers/detail", key: "servers", loop, headers),
            try await Self.follow(
                "\(base)/network/v2.0/ports?project_id=\(project)&limit=1000", key: "ports", loop, headers),
        ]
    }

    private static let loginBody = """
        {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "osm", "password": "secret",
        "domain": {"id": "default"}}}}, "scope": {"project": {"name": "osm", "domain": {"id": "default"}}}}}
        """

    private static func follow(
        _ first: String, key: String, _ loop: CurlLoop, _ headers: [(name: String, value: String)]
    ) async throws -> [String] {
        var pages = [first]
        while let url = pages.last {
            var request = HTTPRequest("GET", url)
            request.headers = headers
            request.maxBodyBytes = 1 << 30
            let links = try JSON.parse(try await loop.send(request).body)["\(key)_links"]?.array ?? []
            let next = links.first { $0["rel"]?.string == "next" }?["href"]?.string
            // Links may name a host that only the cloud knows: only their query counts.
            guard let query = next?.split(separator: "?", maxSplits: 1).last else { break }
            pages.append("\(first.prefix { $0 != "?" })?\(query)")
        }
        return pages
    }

    /// Receives every page and throws its bytes away. Returns how many there were.
    func fetch() async throws -> (pages: Int, bytes: Int) {
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for listing in listings {
                group.addTask {
                    var bytes = 0
                    for url in listing {
                        var request = HTTPRequest("GET", url)
                        request.headers = headers
                        request.maxBodyBytes = 1 << 30
                        request.gzip = true
                        let sink = DiscardingSink()
                        let answer = try await loop.send(request, body: sink)
                        guard answer.status == 200 else {
                            throw BenchError(description: "status \(answer.status) of \(url)")
                        }
                        bytes += answer.bytesReceived
                    }
                    return (listing.count, bytes)
                }
            }
            return try await group.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
        }
    }
}

/// Takes a body and does nothing with it.
private struct DiscardingSink: BodySink {
    func begin(status: Int, contentType: String?) {}
    func receive(_ chunk: UnsafeRawBufferPointer) {}
}

struct BenchError: Error, CustomStringConvertible {
    let description: String
}
