// SPDX-License-Identifier: Apache-2.0

/// What a server did so far.
package struct Counters: Sendable, Equatable {
    /// Requests below a cloud's URL by cloud and kind, faulty ones included.
    package private(set) var requests: [String: [RequestKind: Int]] = [:]
    /// Answers by status, those of faults included; dropped requests have none.
    package private(set) var statuses: [Int: Int] = [:]
    /// Bytes of bodies sent, those of the control endpoint aside.
    package private(set) var bytes = 0

    /// All requests so far; numbers them.
    private var count = 0

    package init() {}

    /// The requests of a kind, to one cloud or to all.
    package func requests(_ kind: RequestKind, of cloud: String? = nil) -> Int {
        requests.reduce(0) { sum, entry in
            sum + (cloud == nil || cloud == entry.key ? entry.value[kind] ?? 0 : 0)
        }
    }

    /// All requests, to one cloud or to all.
    package func total(of cloud: String? = nil) -> Int {
        RequestKind.allCases.reduce(0) { $0 + requests($1, of: cloud) }
    }

    /// Counts a request and says its number.
    mutating func count(_ route: Route) -> Int {
        requests[route.cloud, default: [:]][route.kind, default: 0] += 1
        count += 1
        return count
    }

    mutating func count(status: Int) { statuses[status, default: 0] += 1 }

    mutating func count(bytes: Int) { self.bytes += bytes }
}
