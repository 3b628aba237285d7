// SPDX-License-Identifier: Apache-2.0

/// A field, or the key for all of them, that cannot be decrypted. It names the field and never shows what is in it.
///
/// Trying again with the same documents and the same common key gives the same error.
package struct DecryptionError: Error, Sendable, Equatable {
    package enum Code: Sendable, CaseIterable {
        /// The field is no base64 text (as Python's `base64.b64decode` sees it).
        case notBase64
        /// The decoded bytes are no whole number of cipher blocks.
        case badLength
        /// The decrypted bytes are no UTF-8: almost certainly the common key is not the one used for encrypting.
        case notUTF8
        /// The `serial` of the version document in collection `admin` is no base64 text.
        case badSerial
        /// OpenSSL offers no AES-256-ECB.
        case cipherUnavailable
    }

    package let code: Code
    /// Where in the account: keys and array indexes joined by dots, as in `config.admin_password`; `serial` for
    /// `badSerial`.
    package let field: String

    package init(code: Code, field: String) {
        self.code = code
        self.field = field
    }
}

extension DecryptionError: CustomStringConvertible {
    package var description: String {
        switch code {
        case .notBase64:
            "cannot decrypt field '\(field)': it is not base64, so it was probably stored without encryption"
        case .badLength:
            "cannot decrypt field '\(field)': its length is not a multiple of \(AES.blockSize) bytes"
        case .notUTF8:
            "cannot decrypt field '\(field)': wrong common key; all OSM components must have the same database.commonkey"
        case .badSerial:
            "cannot use the key part '\(field)' of document 'version' in collection 'admin': it is not base64"
        case .cipherUnavailable:
            "cannot decrypt field '\(field)': the OpenSSL library offers no AES-256-ECB"
        }
    }
}
