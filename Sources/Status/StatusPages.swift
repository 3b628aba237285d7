// SPDX-License-Identifier: Apache-2.0

import Pipeline

/// What the service tells of itself, page by page.
///
/// `/health`: the process runs. `/ready`: the last cycle did its work (503 if it could not, or before the first one).
/// `/status`: the last cycle as JSON. `/metrics`: sums for Prometheus.
package struct StatusPages: Sendable {
    package struct Page: Sendable {
        /// As HTTP counts them.
        package let status: Int
        package let type: String
        package let text: String

        init(_ status: Int, _ text: String, type: String = "text/plain; charset=utf-8") {
            self.status = status
            self.type = type
            self.text = text
        }
    }

    private let ledger: Ledger
    private let json: @Sendable (Ledger.Entry) -> String

    /// - Parameter json: how `/status` tells the last cycle.
    package init(ledger: Ledger, json: @escaping @Sendable (Ledger.Entry) -> String) {
        self.ledger = ledger
        self.json = json
    }

    package static let paths = ["/health", "/ready", "/status", "/metrics"]

    /// The page at a path; 404 for any that is not in `paths`.
    package func page(_ path: String) -> Page {
        let entry = ledger.entry
        switch path {
        case "/health": return Page(200, "ok\n")
        case "/ready":
            guard let last = entry.last else { return Page(503, "the first cycle has not ended yet\n") }
            return last.couldNotRun
                ? Page(503, "the last cycle could not do its work; see /status\n") : Page(200, "ready\n")
        case "/status": return Page(200, json(entry), type: "application/json")
        case "/metrics": return Page(200, PrometheusText(entry).text, type: "text/plain; version=0.0.4")
        default: return Page(404, "there is \(Self.paths.joined(separator: ", "))\n")
        }
    }
}
