// SPDX-License-Identifier: Apache-2.0

import NIOCore
import TLSServer

/// TLS of one connection, between its socket and HTTP.
final class TLSHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let session: TLSSession

    init(_ session: TLSSession) { self.session = session }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard session.state == .handshake || session.state == .open else { return }
        let clear = session.receive(Array(buffer: unwrapInboundIn(data)))
        send(context)
        if !clear.isEmpty { context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: clear))) }
        // The client closes when it has read why. Closing at once would answer what it has sent meanwhile with a reset,
        // which may overtake the reason.
        if session.state == .failed { context.close(mode: .output, promise: nil) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard session.state == .open || session.state == .ended else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        session.send(Array(buffer: unwrapOutboundIn(data)))
        context.write(wrapOutboundOut(ByteBuffer(bytes: session.takeOutput())), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode != .input, session.state == .open {
            session.end()
            send(context)
        }
        context.close(mode: mode, promise: promise)
    }

    private func send(_ context: ChannelHandlerContext) {
        let output = session.takeOutput()
        if !output.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: output)), promise: nil) }
    }
}
