// SPDX-License-Identifier: Apache-2.0

import CTLS

/// A key, a certificate or a server's TLS that could not be made. Trying again gives the same.
package struct TLSError: Error, Sendable, CustomStringConvertible {
    /// Such as "extend by IP:127.0.0.1".
    package let attempted: String
    /// What OpenSSL says about it.
    package let reason: String

    init(attempted: String) {
        self.attempted = attempted
        reason = ERR_reason_error_string(ERR_get_error()).map { String(cString: $0) } ?? "unknown"
    }

    package var description: String { "cannot \(attempted): \(reason)" }
}

/// - Throws: if OpenSSL gave nothing.
func made(_ object: OpaquePointer?, _ attempted: String) throws(TLSError) -> OpaquePointer {
    guard let object else { throw TLSError(attempted: attempted) }
    return object
}
