// SPDX-License-Identifier: Apache-2.0

import Glibc
import HummingbirdCore
import Logging
import NIOCore

/// A connection of a client: HTTP, over TLS if there is any.
struct SimulatorChannel: ServerChildChannel {
    let http: HTTP1Channel
    let tls: SimulatorTLS?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        channel.eventLoop.makeCompletedFuture { try tls?.begin(on: channel) }
            .flatMap { http.setup(channel: channel, logger: logger) }
    }

    @concurrent
    func handle(value: HTTP1Channel.Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}

extension Channel {
    /// Ends the connection with a TCP reset, and without a farewell of TLS.
    func reset() async throws {
        try await (self as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await eventLoop.submit { [self] in
            if let tls = try? pipeline.syncOperations.context(handlerType: TLSHandler.self) {
                tls.close(promise: nil)
            } else {
                close(promise: nil)
            }
        }.get()
        try await closeFuture.get()
    }
}
