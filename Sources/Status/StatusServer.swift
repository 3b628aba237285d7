// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
package import Logging
import ServiceLifecycle

/// Serves the status pages over HTTP.
package struct StatusServer: Service {
    private let host: String
    private let port: Int
    private let pages: StatusPages
    private let logger: Logger

    package init(host: String, port: Int, pages: StatusPages, logger: Logger) {
        self.host = host
        self.port = port
        self.pages = pages
        self.logger = logger
    }

    /// Serves until a graceful shutdown. The watching itself does not depend on it: if the address cannot be listened
    /// on, that is said and the service goes on without.
    package func run() async throws {
        var quiet = logger
        quiet.logLevel = .error
        let router = Router()
        for path in StatusPages.paths { router.get(RouterPath(path)) { _, _ in pages.page(path).response } }
        let application = Application(
            router: router, configuration: .init(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                logger.info("status pages at http://\(host):\(channel.localAddress?.port ?? port)")
            },
            logger: quiet
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
}

extension StatusPages.Page {
    fileprivate var response: Response {
        Response(
            status: .init(code: status), headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
