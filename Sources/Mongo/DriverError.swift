// SPDX-License-Identifier: Apache-2.0

import BSON
import CMongoC

/// What an operation does, as far as judging its failure needs it.
struct Operation: Sendable {
    /// "find in osm.vnfrs"
    var name: String
    var writes = false
}

extension MongoError {
    /// Reads an error of the driver. `labels` are the `errorLabels` of the server's reply, if there was one.
    init(_ error: bson_error_t, during operation: Operation, labels: [String] = [], redactor: Redactor) {
        var error = error
        let message = String(cString: vw_error_message(&error))
        let code = Int(error.code)
        let kind = Kind(domain: mongoc_error_domain_t(error.domain), code: code)
        self.init(
            kind,
            attempted: operation.name,
            code: code,
            message: redactor.redact(message),
            isRetriable: kind.isRetriable || transientCodes.contains(code)
                || labels.contains { retriableLabels.contains($0) },
            outcomeUnknown: operation.writes && kind.leavesWriteUnknown(domain: mongoc_error_domain_t(error.domain))
        )
    }
}

/// <https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md>
private let retriableLabels: Set = ["RetryableWriteError", "TransientTransactionError", "NetworkError"]

/// WriteConflict, and failures between the members of a cluster: HostUnreachable, HostNotFound, SocketException,
/// ReadConcernMajorityNotAvailableYet.
private let transientCodes: Set = [112, 6, 7, 9001, 134]

/// <https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring>, "not writable
/// primary" and "node is recovering" errors.
private let notPrimaryCodes: Set = [10107, 13435, 10058, 11600, 11602, 13436, 189, 91]

/// MaxTimeMSExpired, ExceededTimeLimit, NetworkTimeout, WriteConcernFailed (wtimeout).
private let timeoutCodes: Set = [50, 262, 89, 64]

extension MongoError.Kind {
    init(domain: mongoc_error_domain_t, code: Int) {
        switch domain {
        case MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_STREAM, MONGOC_ERROR_PROTOCOL: self = .unreachable
        case MONGOC_ERROR_SASL, MONGOC_ERROR_SCRAM: self = .authentication
        case MONGOC_ERROR_CLIENT:
            self = code == Int(MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue) ? .authentication : .invalid
        case MONGOC_ERROR_BSON, MONGOC_ERROR_COMMAND, MONGOC_ERROR_NAMESPACE, MONGOC_ERROR_POOL: self = .invalid
        default: self.init(serverCode: code)
        }
    }

    /// What a code that the server gave for a command or for one of its writes means.
    init(serverCode code: Int) {
        switch code {
        case 13, 18: self = .authentication  // Unauthorized, AuthenticationFailed
        case 11000, 11001, 12582: self = .duplicateKey
        case _ where notPrimaryCodes.contains(code): self = .notPrimary
        case _ where timeoutCodes.contains(code): self = .timeout
        default: self = .command
        }
    }

    var isRetriable: Bool {
        switch self {
        case .unreachable, .timeout, .notPrimary: true
        case .authentication, .duplicateKey, .command, .invalid, .closed, .cancelled: false
        }
    }

    /// A write that was not replicated in time did take place. A server that could not be selected was sent nothing. A broken connection, an interruption and a stepdown leave
    /// open what the server had done by then; since the driver sends a write twice if need be, even a plain "not
    /// primary" may answer the second attempt only.
    func leavesWriteUnknown(domain: mongoc_error_domain_t) -> Bool {
        guard domain != MONGOC_ERROR_WRITE_CONCERN else { return true }
        return switch self {
        case .unreachable: domain != MONGOC_ERROR_SERVER_SELECTION
        case .timeout, .notPrimary: true
        case .authentication, .duplicateKey, .command, .invalid, .closed, .cancelled: false
        }
    }
}

/// The `errorLabels` of a reply.
func errorLabels(_ reply: UnsafeRawBufferPointer) -> [String] {
    guard let view = try? BSONView(validating: reply), let labels = try? view.element("errorLabels")?.document else {
        return []
    }
    var found: [String] = []
    var iterator = labels.makeIterator()
    while let label = try? iterator.next()?.string() { found.append(label) }
    return found
}
