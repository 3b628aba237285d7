// SPDX-License-Identifier: Apache-2.0

import CTLS

/// The server's side of one connection, without its socket: what the client sends goes in, what is for it comes out.
/// For one thread at a time.
package final class TLSSession {
    package enum State: Sendable {
        case handshake, open
        /// The client will not have it, may not come in, or sent nonsense. What is left for it says why.
        case failed
        /// The client has said that nothing more will come.
        case ended
    }

    package private(set) var state = State.handshake
    private let session: OpaquePointer
    // Both belong to the session.
    private let input: OpaquePointer
    private let output: OpaquePointer

    package init(_ context: TLSContext) throws(TLSError) {
        session = try made(SSL_new(context.context), "begin TLS")
        input = try made(BIO_new(BIO_s_mem()), "begin TLS")
        output = try made(BIO_new(BIO_s_mem()), "begin TLS")
        SSL_set_bio(session, input, output)
        SSL_set_accept_state(session)
    }

    deinit { SSL_free(session) }

    /// Takes what came from the client.
    ///
    /// - Returns: what it says in clear.
    package func receive(_ bytes: [UInt8]) -> [UInt8] {
        BIO_write(input, bytes, Int32(bytes.count))
        // OpenSSL judges by what it finds among the thread's errors, whosever they are.
        ERR_clear_error()
        if state == .handshake {
            let result = SSL_do_handshake(session)
            state = result == 1 ? .open : SSL_get_error(session, result) == SSL_ERROR_WANT_READ ? .handshake : .failed
        }
        guard state == .open else { return [] }
        var clear: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = SSL_read(session, &part, Int32(part.count))
            guard count > 0 else {
                let error = SSL_get_error(session, count)
                if error != SSL_ERROR_WANT_READ { state = error == SSL_ERROR_ZERO_RETURN ? .ended : .failed }
                return clear
            }
            clear += part.prefix(Int(count))
        }
    }

    /// Says something to the client, once the handshake is done.
    package func send(_ clear: [UInt8]) {
        guard !clear.isEmpty else { return }
        ERR_clear_error()
        SSL_write(session, clear, Int32(clear.count))
    }

    /// Tells the client that nothing more will come.
    package func end() {
        ERR_clear_error()
        SSL_shutdown(session)
    }

    /// What is to be sent to the client now.
    package func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        guard !bytes.isEmpty else { return [] }
        let count = BIO_read(output, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(max(0, Int(count))))
    }
}
