// SPDX-License-Identifier: Apache-2.0

/// Why a database operation failed.
package struct MongoError: Error, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// No server could be reached, or the connection broke.
        case unreachable
        /// The credentials are wrong or do not suffice.
        case authentication
        /// A time limit of the server ended the operation, or a write was not replicated in time.
        case timeout
        /// The server is not, or no longer, the primary.
        case notPrimary
        case duplicateKey
        /// The server refused the command for another reason; see `code`.
        case command
        /// The driver or this module refused the operation before it was sent; or the settings are wrong.
        case invalid
        /// The pool is closed.
        case closed
        /// The task was cancelled before the operation started.
        case cancelled
    }

    package var kind: Kind
    /// What was attempted and on what: "find in osm.vnfrs".
    package var attempted: String
    /// The server's or the driver's code; 0 if there is none.
    package var code: Int
    package var message: String
    /// Whether the same operation may succeed later without any change by an operator.
    package var isRetriable: Bool
    /// Whether a write may have taken place, wholly or in part, although it failed. Never true of a read.
    package var outcomeUnknown: Bool

    package init(
        _ kind: Kind, attempted: String, code: Int = 0, message: String, isRetriable: Bool = false,
        outcomeUnknown: Bool = false
    ) {
        self.kind = kind
        self.attempted = attempted
        self.code = code
        self.message = message
        self.isRetriable = isRetriable
        self.outcomeUnknown = outcomeUnknown
    }

    package var description: String {
        let number = code == 0 ? "" : " (\(code))"
        let unknown = outcomeUnknown ? "; it is unknown whether it took place" : ""
        return "\(attempted): \(kind.rawValue)\(number): \(message)\(unknown)"
    }
}
