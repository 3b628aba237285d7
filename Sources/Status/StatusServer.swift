// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import Hummingbird
package import Logging
import Pipeline
import ServiceLifecycle

/// Answers over HTTP how the service is doing.
///
/// `/health`: the process runs. `/ready`: the last cycle did its work (503 if it could not, or before the first one).
/// `/status`: the last cycle as JSON. `/metrics`: sums for Prometheus.
package struct StatusServer: Service {
    private let host: String
    private let port: Int
    private let ledger: Ledger
    private let json: @Sendable (Ledger.Entry) -> String
    private let logger: Logger

    /// - Parameter json: how `/status` tells the last cycle.
    package init(
        host: String, port: Int, ledger: Ledger, logger: Logger, json: @escaping @Sendable (Ledger.Entry) -> String
    ) {
        self.host = host
        self.port = port
        self.ledger = ledger
        self.json = json
        self.logger = logger
    }

    /// Serves until a graceful shutdown. The watching itself does not depend on it: if the address cannot be listened
    /// on, that is said and the service goes on without.
    package func run() async throws {
        var quiet = logger
        quiet.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname(host, port: port)), logger: quiet
        )
        do {
            try await application.run()
        } catch is CancellationError {
            return
        } catch {
            logger.error("no status page: cannot listen on \(host):\(port): \(error)")
            try? await gracefulShutdown()
        }
    }

    package var router: Router<BasicRequestContext> {
        let router = Router()
        let ledger = ledger
        let json = json
        router.get("health") { _, _ in Self.answer(.ok, "ok\n") }
        router.get("ready") { _, _ in
            switch ledger.entry.last {
            case nil: Self.answer(.serviceUnavailable, "the first cycle has not ended yet\n")
            case let last? where last.couldNotRun:
                Self.answer(.serviceUnavailable, "the last cycle could not do its work; see /status\n")
            default: Self.answer(.ok, "ready\n")
            }
        }
        router.get("status") { _, _ in Self.answer(.ok, json(ledger.entry), type: "application/json") }
        router.get("metrics") { _, _ in
            Self.answer(.ok, PrometheusText(ledger.entry).text, type: "text/plain; version=0.0.4")
        }
        return router
    }

    private static func answer(
        _ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
