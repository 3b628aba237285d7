// SPDX-License-Identifier: Apache-2.0

/// Why a VIM could not be asked, or what it answered cannot be relied on. Holds no secrets.
package struct VIMError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The account's document is wrong; asking again changes nothing.
        case configuration
        case authentication
        /// No connection, or it broke before an answer.
        case unreachable
        case tls
        case timeout
        /// An answer with a status that is no success and has no code of its own here.
        case http(Int)
        /// A success whose body is something else than JSON, or empty.
        case notJSON
        /// JSON of another shape than expected.
        case malformed
        /// The answer ended too early.
        case truncated
        /// The pages of a listing do not lead to an end.
        case paging
        case tooLarge
        case microversion
        case noEndpoint
        /// The account became another user's, project's or cloud's while it was asked.
        case accountChanged
        case cancelled
        /// The receiver of a listing threw.
        case rejectedByReceiver
    }

    package var code: Code
    /// The id of the account.
    package var account: String
    /// Such as "GET http://host/servers/detail".
    package var attempted: String
    package var reason: String
    /// Trying again later may succeed without anybody changing anything.
    package var isRetriable: Bool
    /// Seconds the server asked to wait.
    package var retryAfter: Double?

    package init(
        _ code: Code, account: String, attempted: String, reason: String, isRetriable: Bool? = nil,
        retryAfter: Double? = nil
    ) {
        self.code = code
        self.account = account
        self.attempted = attempted
        self.reason = reason
        self.isRetriable = isRetriable ?? code.isUsuallyRetriable
        self.retryAfter = retryAfter
    }

    package var description: String { "VIM account \(account): \(attempted): \(reason)" }
}

extension VIMError.Code {
    /// The code in one word, as logs and metrics show it.
    package var word: String {
        switch self {
        case .configuration: "configuration"
        case .authentication: "authentication"
        case .unreachable: "unreachable"
        case .tls: "tls"
        case .timeout: "timeout"
        case .http(let status): "http_\(status)"
        case .notJSON: "not_json"
        case .malformed: "malformed"
        case .truncated: "truncated"
        case .paging: "paging"
        case .tooLarge: "too_large"
        case .microversion: "microversion"
        case .noEndpoint: "no_endpoint"
        case .cancelled: "cancelled"
        case .rejectedByReceiver: "rejected"
        case .accountChanged: "account_changed"
        }
    }

    fileprivate var isUsuallyRetriable: Bool {
        switch self {
        case .unreachable, .timeout, .notJSON, .malformed, .truncated, .paging, .accountChanged: true
        case .http(let status): status >= 500 || [408, 409, 413, 425, 429].contains(status)
        case .configuration, .authentication, .tls, .tooLarge, .microversion, .noEndpoint, .cancelled,
            .rejectedByReceiver:
            false
        }
    }
}
