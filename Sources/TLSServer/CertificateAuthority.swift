// SPDX-License-Identifier: Apache-2.0

import CTLS

/// A certificate authority of one process, for servers that are not the real ones: the simulator's and those of tests.
/// Its key never leaves the process.
package final class CertificateAuthority {
    /// A certificate and its key in PEM.
    package struct Identity: Sendable {
        package let certificate: String
        package let key: String

        /// Both in one text.
        package var bundle: String { certificate + key }
    }

    /// From an hour ago on, for ten years; in seconds from now.
    package static let present = -3600...315_360_000

    private let key: OpaquePointer
    private let certificate: OpaquePointer
    private var serial = 1

    package init(_ name: String) throws(TLSError) {
        key = try made(ctls_new_key(), "make a key")
        certificate = try made(X509_new(), "make a certificate")
        try Self.fill(certificate, name: name, serial: 1, key: key, valid: Self.present)
        X509_set_issuer_name(certificate, X509_get_subject_name(certificate))
        try Self.extend(
            certificate, issuer: certificate,
            [
                (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign"),
                (NID_subject_key_identifier, "hash"),
            ])
        try sign(certificate)
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    /// Its certificate in PEM.
    package var pem: String {
        get throws(TLSError) { try Self.text { PEM_write_bio_X509($0, certificate) } }
    }

    /// - Parameters:
    ///   - alternative: as OpenSSL writes it, for example "IP:127.0.0.1" or "DNS:example.org,DNS:example.net".
    ///   - valid: in seconds from now.
    package func issue(
        _ name: String, alternative: String? = nil, valid: ClosedRange<Int> = present
    ) throws(TLSError) -> Identity {
        serial += 1
        let subject = try made(ctls_new_key(), "make a key")
        defer { EVP_PKEY_free(subject) }
        let issued = try made(X509_new(), "make a certificate")
        defer { X509_free(issued) }
        try Self.fill(issued, name: name, serial: serial, key: subject, valid: valid)
        X509_set_issuer_name(issued, X509_get_subject_name(certificate))
        var extensions = [(NID_authority_key_identifier, "keyid")]
        if let alternative { extensions.append((NID_subject_alt_name, alternative)) }
        try Self.extend(issued, issuer: certificate, extensions)
        try sign(issued)
        return Identity(
            certificate: try Self.text { PEM_write_bio_X509($0, issued) },
            key: try Self.text { PEM_write_bio_PrivateKey($0, subject, nil, nil, 0, nil, nil) })
    }

    private func sign(_ certificate: OpaquePointer) throws(TLSError) {
        guard X509_sign(certificate, key, EVP_sha256()) > 0 else { throw TLSError(attempted: "sign") }
    }

    private static func fill(
        _ certificate: OpaquePointer, name: String, serial: Int, key: OpaquePointer, valid: ClosedRange<Int>
    ) throws(TLSError) {
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial)
        X509_gmtime_adj(X509_getm_notBefore(certificate), valid.lowerBound)
        X509_gmtime_adj(X509_getm_notAfter(certificate), valid.upperBound)
        let subject = X509_get_subject_name(certificate)
        guard X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1,
            X509_set_pubkey(certificate, key) == 1
        else { throw TLSError(attempted: "name \(name)") }
    }

    private static func extend(
        _ certificate: OpaquePointer, issuer: OpaquePointer, _ extensions: [(Int32, String)]
    ) throws(TLSError) {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
        for (kind, value) in extensions {
            let added = try made(X509V3_EXT_conf_nid(nil, &context, kind, value), "extend by \(value)")
            defer { X509_EXTENSION_free(added) }
            guard X509_add_ext(certificate, added, -1) == 1 else {
                throw TLSError(attempted: "extend by \(value)")
            }
        }
    }

    private static func text(_ write: (OpaquePointer) -> Int32) throws(TLSError) -> String {
        let memory = try made(BIO_new(BIO_s_mem()), "write PEM")
        defer { BIO_free(memory) }
        guard write(memory) == 1 else { throw TLSError(attempted: "write PEM") }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = BIO_read(memory, &bytes, Int32(bytes.count))
        return String(decoding: bytes.prefix(max(0, Int(count))), as: UTF8.self)
    }
}
