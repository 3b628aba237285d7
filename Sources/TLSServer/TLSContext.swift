// SPDX-License-Identifier: Apache-2.0

import CTLS

/// Who a server is, and whose clients it lets in.
package final class TLSContext: @unchecked Sendable {
    // Sendable: OpenSSL counts references to a context under its own lock, and nothing else changes it after `init`.

    let context: OpaquePointer

    /// - Parameter clientAuthority: the PEM of the authority that clients must have a certificate of; `nil`: anybody.
    package init(_ identity: CertificateAuthority.Identity, clientAuthority: String? = nil) throws(TLSError) {
        context = try made(SSL_CTX_new(TLS_server_method()), "use TLS")
        let certificate = try Self.read(identity.certificate) { PEM_read_bio_X509($0, nil, nil, nil) }
        defer { X509_free(certificate) }
        let key = try Self.read(identity.key) { PEM_read_bio_PrivateKey($0, nil, nil, nil) }
        defer { EVP_PKEY_free(key) }
        guard SSL_CTX_use_certificate(context, certificate) == 1, SSL_CTX_use_PrivateKey(context, key) == 1 else {
            throw TLSError(attempted: "use a certificate")
        }
        guard let clientAuthority else { return }
        let authority = try Self.read(clientAuthority) { PEM_read_bio_X509($0, nil, nil, nil) }
        defer { X509_free(authority) }
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        // Without a name for its sessions, a client that was let in could not take up its session again.
        SSL_CTX_set_session_id_context(context, Array("clients".utf8), 7)
    }

    deinit { SSL_CTX_free(context) }

    /// Reads a text in PEM.
    private static func read(
        _ pem: String, _ parse: (OpaquePointer) -> OpaquePointer?
    ) throws(TLSError) -> OpaquePointer {
        let bytes = Array(pem.utf8)
        let memory = try made(BIO_new_mem_buf(bytes, Int32(bytes.count)), "read PEM")
        defer { BIO_free(memory) }
        return try made(parse(memory), "read PEM")
    }
}
