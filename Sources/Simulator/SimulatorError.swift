// SPDX-License-Identifier: Apache-2.0

/// Why the simulator could not do what it was told. Never retriable: the request itself is wrong.
package struct SimulatorError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The server, port or cloud named does not exist.
        case notFound
        /// The request to the control endpoint or a change's argument makes no sense.
        case invalid
        /// The server did not come up.
        case notListening
    }

    package let code: Code
    /// What was attempted, for example "stop".
    package let attempted: String
    /// What it was attempted on, for example a server's name.
    package let subject: String
    package let reason: String

    package init(_ code: Code, attempted: String, subject: String, reason: String) {
        self.code = code
        self.attempted = attempted
        self.subject = subject
        self.reason = reason
    }

    package var description: String { "\(attempted) \(subject): \(reason)" }
}
