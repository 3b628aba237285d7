// SPDX-License-Identifier: Apache-2.0

import CTLS

/// A certificate authority for one test: what it signs is good for a day, and its keys never leave the process.
package final class TestAuthority {
    /// A certificate and its key in PEM.
    package struct Identity: Sendable {
        package let certificate: String
        package let key: String

        /// Both in one text.
        package var bundle: String { certificate + key }
    }

    package struct Failure: Error { let attempted: String }

    private let key: OpaquePointer
    private let certificate: OpaquePointer
    private var serial = 1

    package init(_ name: String) throws {
        key = try Self.made(ctls_new_key(), "make a key")
        certificate = try Self.made(X509_new(), "make a certificate")
        try Self.fill(certificate, name: name, serial: 1, key: key)
        X509_set_issuer_name(certificate, X509_get_subject_name(certificate))
        try Self.extend(certificate, issuer: certificate, [(NID_basic_constraints, "critical,CA:TRUE")])
        guard X509_sign(certificate, key, EVP_sha256()) > 0 else { throw Failure(attempted: "sign") }
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    /// Its certificate in PEM.
    package var pem: String {
        get throws { try Self.text { PEM_write_bio_X509($0, certificate) } }
    }

    /// - Parameter alternative: as OpenSSL writes it, for example "IP:127.0.0.1" or "DNS:example.org".
    package func issue(_ name: String, alternative: String? = nil) throws -> Identity {
        serial += 1
        let subject = try Self.made(ctls_new_key(), "make a key")
        defer { EVP_PKEY_free(subject) }
        let issued = try Self.made(X509_new(), "make a certificate")
        defer { X509_free(issued) }
        try Self.fill(issued, name: name, serial: serial, key: subject)
        X509_set_issuer_name(issued, X509_get_subject_name(certificate))
        if let alternative { try Self.extend(issued, issuer: certificate, [(NID_subject_alt_name, alternative)]) }
        guard X509_sign(issued, key, EVP_sha256()) > 0 else { throw Failure(attempted: "sign") }
        return Identity(
            certificate: try Self.text { PEM_write_bio_X509($0, issued) },
            key: try Self.text { PEM_write_bio_PrivateKey($0, subject, nil, nil, 0, nil, nil) })
    }

    private static func fill(_ certificate: OpaquePointer, name: String, serial: Int, key: OpaquePointer) throws {
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial)
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 86_400)
        let subject = X509_get_subject_name(certificate)
        guard X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1,
            X509_set_pubkey(certificate, key) == 1
        else { throw Failure(attempted: "name \(name)") }
    }

    private static func extend(
        _ certificate: OpaquePointer, issuer: OpaquePointer, _ extensions: [(Int32, String)]
    ) throws {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
        for (kind, value) in extensions {
            let made = try made(X509V3_EXT_conf_nid(nil, &context, kind, value), "extend by \(value)")
            defer { X509_EXTENSION_free(made) }
            guard X509_add_ext(certificate, made, -1) == 1 else { throw Failure(attempted: "extend by \(value)") }
        }
    }

    private static func text(_ write: (OpaquePointer) -> Int32) throws -> String {
        let memory = try made(BIO_new(BIO_s_mem()), "write PEM")
        defer { BIO_free(memory) }
        guard write(memory) == 1 else { throw Failure(attempted: "write PEM") }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = BIO_read(memory, &bytes, Int32(bytes.count))
        return String(decoding: bytes.prefix(max(0, Int(count))), as: UTF8.self)
    }

    private static func made(_ object: OpaquePointer?, _ attempted: String) throws -> OpaquePointer {
        guard let object else { throw Failure(attempted: attempted) }
        return object
    }
}
