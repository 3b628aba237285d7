// SPDX-License-Identifier: Apache-2.0

/// Something that kept a part of the work from being done, as a value: it is counted, logged and shown, and nothing
/// else stops because of it.
package struct Finding: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        // What a VIM account or its cloud did.
        case accountInvalid = "account_invalid"
        case accountDecryption = "account_decryption"
        case vimUnsupported = "vim_unsupported"
        case vimFailed = "vim_failed"
        case vimSlow = "vim_slow"
        case absenceUnconfirmed = "absence_unconfirmed"
        case portUnconfirmed = "port_unconfirmed"
        case portsOutsideProject = "ports_outside_project"
        case deletionHeld = "deletion_held"
        case flavorLookupFailed = "flavor_lookup_failed"
        // What a task or a record holds.
        case taskMalformed = "task_malformed"
        case recordMissing = "record_missing"
        case recordMalformed = "record_malformed"
        case vduUnidentified = "vdu_unidentified"
        case interfacesMissing = "interfaces_missing"
        case interfacesMalformed = "interfaces_malformed"
        case interfaceMalformed = "interface_malformed"
        // What a server or a port holds.
        case serverMalformed = "server_malformed"
        case portMalformed = "port_malformed"
        case unrepresentable = "unrepresentable"
        // What became of a write.
        case raceLost = "race_lost"
        case writeFailed = "write_failed"
        case storeFailed = "store_failed"

        /// Whether a cycle that met it still counts as one in which all went well.
        package var isFailure: Bool {
            switch self {
            case .recordMissing, .raceLost, .interfacesMissing, .vimUnsupported, .vimSlow, .portsOutsideProject: false
            default: true
            }
        }
    }

    package let code: Code
    /// Which of the failures of this code, such as `timeout` or `http_503`.
    package let detail: String?
    /// The account, task, record, VDU, interface or server that it is about.
    package let subject: String
    /// What was found, and what follows from it.
    package let cause: String

    /// - Parameter detail: one of few words, since metrics are counted by it.
    package init(_ code: Code, _ subject: String, _ cause: String, detail: String? = nil) {
        self.code = code
        self.detail = detail
        self.subject = subject
        self.cause = cause
    }

    package var kind: Kind { Kind(code: code, detail: detail) }

    /// What findings are counted by.
    package struct Kind: Sendable, Hashable {
        package let code: Code
        package let detail: String?

        package init(code: Code, detail: String?) {
            self.code = code
            self.detail = detail
        }
    }

    package var description: String {
        "\(code.rawValue)\(detail.map { " (\($0))" } ?? ""): \(subject): \(cause)"
    }
}
