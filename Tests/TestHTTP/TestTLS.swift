// SPDX-License-Identifier: Apache-2.0

import CTLS

/// The TLS of a server: who it is, and whose clients it lets in.
package final class TestTLS: @unchecked Sendable {
    // Sendable: OpenSSL counts references to a context under its own lock, and nothing else changes it after `init`.

    private let context: OpaquePointer

    /// - Parameter clientAuthority: the PEM of the authority that clients must have a certificate of; `nil`: anybody.
    package init(_ identity: TestAuthority.Identity, clientAuthority: String? = nil) throws {
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw TestAuthority.Failure(attempted: "use TLS") }
        self.context = context
        let certificate = Self.read(identity.certificate) { PEM_read_bio_X509($0, nil, nil, nil) }
        let key = Self.read(identity.key) { PEM_read_bio_PrivateKey($0, nil, nil, nil) }
        defer {
            X509_free(certificate)
            EVP_PKEY_free(key)
        }
        guard SSL_CTX_use_certificate(context, certificate) == 1, SSL_CTX_use_PrivateKey(context, key) == 1 else {
            throw TestAuthority.Failure(attempted: "use a certificate")
        }
        guard let clientAuthority else { return }
        let authority = Self.read(clientAuthority) { PEM_read_bio_X509($0, nil, nil, nil) }
        defer { X509_free(authority) }
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }

    deinit { SSL_CTX_free(context) }

    /// `nil` if the client will not have it, or may not come in.
    func accept(_ socket: Int32) -> OpaquePointer? {
        let session = SSL_new(context)
        SSL_set_fd(session, socket)
        if SSL_accept(session) == 1 { return session }
        SSL_free(session)
        return nil
    }

    private static func read(_ pem: String, _ parse: (OpaquePointer?) -> OpaquePointer?) -> OpaquePointer? {
        let bytes = Array(pem.utf8)
        let memory = BIO_new_mem_buf(bytes, Int32(bytes.count))
        defer { BIO_free(memory) }
        return parse(memory)
    }
}

/// The bytes of one connection, with or without TLS. One thread's own.
final class TestStream: @unchecked Sendable {
    // Sendable: the connection's thread alone uses the session; others may only shut the socket down.

    let socket: Int32
    private let session: OpaquePointer?

    /// `nil` if there is no TLS although there should be.
    init?(_ socket: Int32, _ tls: TestTLS?) {
        self.socket = socket
        session = tls?.accept(socket)
        if tls != nil, session == nil { return nil }
    }

    deinit { SSL_free(session) }

    /// The next bytes; `nil` when there will be none.
    func receive() -> [UInt8]? {
        guard let session else { return TestSocket.receive(socket) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = SSL_read(session, &bytes, Int32(bytes.count))
        return count > 0 ? Array(bytes.prefix(Int(count))) : nil
    }

    func send(_ bytes: [UInt8]) -> Bool {
        guard let session else { return TestSocket.send(bytes, socket) }
        return bytes.isEmpty || SSL_write(session, bytes, Int32(bytes.count)) > 0
    }
}
