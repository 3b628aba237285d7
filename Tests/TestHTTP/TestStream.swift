// SPDX-License-Identifier: Apache-2.0

import TLSServer

/// The bytes of one connection, with or without TLS. One thread's own.
final class TestStream: @unchecked Sendable {
    // Sendable: the connection's thread alone uses the session; others may only shut the socket down.

    let socket: Int32
    private let session: TLSSession?

    /// `nil` if there is no TLS although there should be: the client will not have it, or may not come in.
    init?(_ socket: Int32, _ tls: TLSContext?) {
        self.socket = socket
        session = tls.flatMap { try? TLSSession($0) }
        guard let session else { return }
        while session.state == .handshake {
            guard let bytes = TestSocket.receive(socket) else { return nil }
            early += session.receive(bytes)
            guard TestSocket.send(session.takeOutput(), socket) else { return nil }
        }
        guard session.state == .failed else { return }
        // Closing at once would answer what the client has sent meanwhile with a reset, which may overtake the reason.
        TestSocket.shutdownSending(socket)
        while TestSocket.receive(socket) != nil {}
        return nil
    }

    /// What came with the end of the handshake.
    private var early: [UInt8] = []

    /// The next bytes; `nil` when there will be none.
    func receive() -> [UInt8]? {
        guard let session else { return TestSocket.receive(socket) }
        var clear = early
        early = []
        while clear.isEmpty {
            guard session.state == .open, let bytes = TestSocket.receive(socket) else { return nil }
            clear = session.receive(bytes)
            guard TestSocket.send(session.takeOutput(), socket) else { return nil }
        }
        return clear
    }

    func send(_ bytes: [UInt8]) -> Bool {
        guard let session else { return TestSocket.send(bytes, socket) }
        session.send(bytes)
        return TestSocket.send(session.takeOutput(), socket)
    }
}
