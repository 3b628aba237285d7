// SPDX-License-Identifier: Apache-2.0

import Glibc
import HTTPTypes
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Support

/// Serves the status pages over HTTP, with Hummingbird's server alone: its `Application` wakes the process once a second
/// to know the date.
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
        do {
            let server = try HTTPServerBuilder.http1().buildServer(
                configuration: ServerConfiguration(address: .hostname(host, port: port)),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet,
                responder: { [pages] request, writer, _ in try await Self.respond(to: request, pages, with: writer) },
                onServerRunning: { [logger, host, port] channel in
                    logger.info("status pages at http://\(host):\(channel.localAddress?.port ?? port)")
                })
            try await server.run()
        } catch is CancellationError {
            return
        } catch {
            logger.error("no status page: cannot listen on \(host):\(port): \(error)")
            try? await gracefulShutdown()
        }
    }

    // Concurrent, as Hummingbird's writer is: it is handed over, never shared.
    @concurrent
    private static func respond(
        to request: Request, _ pages: StatusPages, with writer: consuming ResponseWriter
    ) async throws {
        let isAllowed = request.method == .get || request.method == .head
        let page =
            isAllowed
            ? pages.page(request.uri.path) : StatusPages.Page(405, "there are pages to GET, and nothing else\n")
        let body = ByteBuffer(string: page.text)
        var head = HTTPResponse(
            status: .init(code: page.status),
            headerFields: [.date: date, .contentType: page.type, .contentLength: "\(body.readableBytes)"])
        if !isAllowed { head.headerFields[.allow] = "GET, HEAD" }
        if request.method == .head {
            try await writer.writeResponse(head)
        } else {
            try await writer.write(response: head, body: ResponseBody(byteBuffer: body))
        }
    }

    /// Now, as HTTP writes it (RFC 9110, 5.6.7).
    private static var date: String { String(utc: time(nil), "%a, %d %b %Y %H:%M:%S GMT") }
}
