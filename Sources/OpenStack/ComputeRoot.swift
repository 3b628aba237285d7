// SPDX-License-Identifier: Apache-2.0

import Curl
import JSON
import Values

/// Where Nova's API begins if the endpoint names no version: asked for once, then remembered.
actor ComputeRoot {
    private let http: AccountHTTP
    private let now: @Sendable () -> Double
    private var bases: [String: String] = [:]

    init(_ http: AccountHTTP, now: @escaping @Sendable () -> Double) {
        self.http = http
        self.now = now
    }

    /// The base of Nova's URLs below an endpoint. Only the document's versions are used, never its links: behind a
    /// proxy they often name hosts that only the cloud knows, and the token goes there.
    ///
    /// The document: `{"versions": [{"id": "v2.0", …}, {"id": "v2.1", …}]}`, with 200 or 300. An endpoint that answers
    /// anything else is taken as it is.
    /// <https://docs.openstack.org/api-ref/compute/#list-all-major-versions>
    func base(of endpoint: String, headers: [(name: String, value: String)]) async throws(VIMError) -> String {
        if let base = bases[endpoint] { return base }
        if Self.namesVersion(endpoint) {
            bases[endpoint] = endpoint
            return endpoint
        }
        let response = try await http.send("GET", endpoint + "/", headers: headers)
        // A token that is refused is replaced by whoever asks next.
        if response.status == 401 { return endpoint }
        guard response.status < 500, response.status != 429 else {
            throw http.error(for: response, "GET", endpoint + "/", now: now())
        }
        let document = response.status == 200 || response.status == 300 ? try? JSON.parse(response.body) : nil
        let offered = (document?["versions"]?.array ?? []).compactMap { $0["id"]?.string }
        let version = offered.contains("v2.1") ? "/v2.1" : offered.contains("v2.0") ? "/v2" : ""
        bases[endpoint] = endpoint + version
        return endpoint + version
    }

    private static func namesVersion(_ endpoint: String) -> Bool {
        (URLParts(endpoint)?.path ?? "").utf8.split(separator: UInt8(ascii: "/")).contains { $0.isVersion }
    }
}

extension Substring.UTF8View {
    /// Whether this is `v2`, `v2.0`, `v2.1` …
    fileprivate var isVersion: Bool {
        guard starts(with: "v2".utf8) else { return false }
        let minor = dropFirst(2)
        guard let dot = minor.first else { return true }
        return dot == UInt8(ascii: ".") && minor.count > 1
            && minor.dropFirst().allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}
