// SPDX-License-Identifier: Apache-2.0

package import Support
package import Values

/// Decrypts and encrypts the secret fields of a VIM account as OSM's `osm_common.dbbase` does.
///
/// Secret are the string values, at any depth, of keys that contain "password" or "secret", whatever the case. Each is
/// base64 of AES-256-ECB over the text, filled up with NUL bytes. The key is 32 bytes, zero at first; the common key,
/// the `serial` of the database and the id of the account are XOR-ed into it one after the other, byte n of each into
/// byte n mod 32.
package struct FieldCipher: Sendable {
    /// Common key and serial, joined; `nil` if there is neither, which means that nothing is encrypted.
    private let key: [UInt8]?

    /// - Parameters:
    ///   - commonKey: `database.commonkey`, or else the older `database.masterpassword`; empty counts as none.
    ///   - serialBase64: field `serial` of `{_id: "version"}` in collection `admin`; empty counts as none.
    /// - Throws: `DecryptionError` with code `badSerial`.
    package init(commonKey: Secret?, serialBase64: String?) throws(DecryptionError) {
        var key: [UInt8]?
        if let commonKey, !commonKey.reveal.isEmpty {
            key = Self.join(key, Array(commonKey.reveal.utf8))
        }
        if let serialBase64, !serialBase64.isEmpty {
            guard let serial = Base64.decode(serialBase64) else {
                throw DecryptionError(code: .badSerial, field: "serial")
            }
            key = Self.join(key, serial)
        }
        self.key = key
    }

    /// The account with its secret fields in clear; unchanged if there is no key or the schema knows no encryption.
    ///
    /// - Parameters:
    ///   - account: a document of collection `vim_accounts`.
    ///   - salt: its `_id`.
    ///   - schemaVersion: its `schema_version`; none, empty and "1.0" mean that it is stored in clear.
    /// - Throws: `DecryptionError` for the first field, in the order of the document, that cannot be decrypted.
    package func decrypt(
        account: Object, salt: String, schemaVersion: String?
    ) throws(DecryptionError) -> Object {
        guard let key = accountKey(salt: salt, schemaVersion: schemaVersion) else { return account }
        return try transform(account, path: "") { (text, path) throws(DecryptionError) in
            try Self.decrypt(text, key: key, field: path)
        }
    }

    /// The inverse of ``decrypt(account:salt:schemaVersion:)``.
    package func encrypt(
        account: Object, salt: String, schemaVersion: String?
    ) throws(DecryptionError) -> Object {
        guard let key = accountKey(salt: salt, schemaVersion: schemaVersion) else { return account }
        return try transform(account, path: "") { (text, path) throws(DecryptionError) in
            try Self.encrypt(text, key: key, field: path)
        }
    }

    private func accountKey(salt: String, schemaVersion: String?) -> [UInt8]? {
        guard let key, let schemaVersion, !schemaVersion.isEmpty, schemaVersion != "1.0" else { return nil }
        return Self.join(key, Array(salt.utf8))
    }

    private static func join(_ key: [UInt8]?, _ part: [UInt8]) -> [UInt8] {
        var joined = key ?? [UInt8](repeating: 0, count: AES.keySize)
        for (index, byte) in part.enumerated() { joined[index % AES.keySize] ^= byte }
        return joined
    }

    private static func decrypt(_ text: String, key: [UInt8], field: String) throws(DecryptionError) -> String {
        guard let bytes = Base64.decode(text) else { throw DecryptionError(code: .notBase64, field: field) }
        guard bytes.count.isMultiple(of: AES.blockSize) else { throw DecryptionError(code: .badLength, field: field) }
        guard let clear = AES.apply(.decrypt, to: bytes, key: key) else {
            throw DecryptionError(code: .cipherUnavailable, field: field)
        }
        let end = clear.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
        guard let text = String(validating: clear[..<end], as: UTF8.self) else {
            throw DecryptionError(code: .notUTF8, field: field)
        }
        return text
    }

    private static func encrypt(_ text: String, key: [UInt8], field: String) throws(DecryptionError) -> String {
        var bytes = Array(text.utf8)
        while !bytes.count.isMultiple(of: AES.blockSize) { bytes.append(0) }
        guard let secret = AES.apply(.encrypt, to: bytes, key: key) else {
            throw DecryptionError(code: .cipherUnavailable, field: field)
        }
        return Base64.encode(secret)
    }
}

extension FieldCipher: CustomStringConvertible, CustomReflectable {
    package var description: String { "FieldCipher(\(Secret.mask))" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
