// SPDX-License-Identifier: Apache-2.0

/// A rule by which requests go wrong.
package struct Fault: Sendable {
    /// Which requests the rule looks at; `nil` members match anything.
    package struct Match: Sendable {
        package var cloud: String?
        package var service: ServiceName?
        package var kind: RequestKind?
        /// A part of path and query, for example a server's id.
        package var path: String?

        package init(
            cloud: String? = nil, service: ServiceName? = nil, kind: RequestKind? = nil, path: String? = nil
        ) {
            self.cloud = cloud
            self.service = service
            self.kind = kind
            self.path = path
        }
    }

    /// Which of the matching requests go wrong, counted from when the rule was added.
    package enum Trigger: Sendable {
        case always
        /// Only this one; 1 is the first.
        case nth(Int)
        /// The first so many.
        case times(Int)
        /// Each with this probability (0...1), decided by a generator of the rule's own.
        case probability(Double, seed: UInt64)
    }

    package enum Effect: Sendable {
        /// Waits before answering; `jitter` adds a random part of so many seconds at most.
        case latency(seconds: Double, jitter: Double = 0)
        /// Answers with a status, headers and a body instead of what was asked for.
        case status(Int, headers: [(name: String, value: String)] = [], body: String = "")
        /// Sends this fraction of the body, then closes, though Content-Length promised all of it.
        case truncate(after: Double = 0.5)
        /// Closes without an answer.
        case drop
        /// Sends the head and this fraction of the body, then nothing until the rule is removed or the connection ends.
        case stall(after: Double = 0.5)
        /// 200 with an HTML page, as a wrong proxy says it.
        case html
        /// 200 without a body.
        case empty
        /// The right body under another content type.
        case contentType(String)
        /// Leaves objects out of listings; GET by id still finds them. `count` more are chosen by `seed`, always the
        /// same ones.
        case hide(ids: [String] = [], count: Int = 0, seed: UInt64 = 0)
        /// Listings end after so many objects.
        case shorten(to: Int)
        /// So many objects of each page come twice.
        case duplicate(count: Int)
        /// The next link of a page leads to the page itself.
        case linkCycle
        /// The next link of a page leads to another origin, for example `http://192.0.2.1:9`.
        case linkElsewhere(String)
        /// A string in the body is not UTF-8: the first value of this key, or the first of all.
        case invalidUTF8(of: String? = nil)
        /// The body is cut in the middle, and Content-Length agrees.
        case garbage
        /// Ends the connection with a reset instead of an answer.
        case reset
        /// Sends the body at this speed.
        case trickle(bytesPerSecond: Double)
        /// 200 with so many bytes of JSON; with `gzip` they travel compressed, some 150 times smaller.
        case oversize(bytes: Int, gzip: Bool = false)
        /// The first object of the answer holds lists within lists, so many deep.
        case nest(depth: Int)
        /// A page after a marker is refused: the marker's object is said to be gone.
        case markerGone
        /// The next link always names another marker, and each page is the first one.
        case endlessPages
        /// The database of the cell that runs these servers does not answer. Listings leave them out, and asked for one
        /// of them Nova fails. With `stubs`, as from microversion 2.69 on, it shows what it knows without the cell
        /// instead, status UNKNOWN; but pages leave them out nevertheless. `count` more are chosen by `seed`.
        case cellDown(ids: [String] = [], count: Int = 0, seed: UInt64 = 0, stubs: Bool = false)
        /// Nova says that it answers in this microversion; empty: says nothing of it.
        case apiVersion(String)
        /// Of the requests within a second of the server's clock, those beyond so many get a 429.
        case rate(perSecond: Int, retryAfter: String? = nil)
    }

    package var match: Match
    package var trigger: Trigger
    package var effect: Effect

    package init(_ effect: Effect, on match: Match = Match(), when trigger: Trigger = .always) {
        self.match = match
        self.trigger = trigger
        self.effect = effect
    }
}

extension Fault.Match {
    func includes(_ route: Route, _ request: IncomingRequest) -> Bool {
        (cloud == nil || cloud == route.cloud) && (service == nil || service == route.service)
            && (kind == nil || kind == route.kind)
            && (path.map { "\(request.path)?\(request.query ?? "")".contains($0) } ?? true)
    }
}
