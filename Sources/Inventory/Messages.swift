// SPDX-License-Identifier: Apache-2.0

/// The four texts that the monitor itself puts into `vim_message`. Others' messages are never touched.
package enum Message {
    package static let deleted = "Deleted externally"

    package static func status(_ status: String) -> String { statusPrefix + status }

    package static func interfaceDeleted(_ id: String) -> String { "Interface \(id) deleted externally." }

    package static func interfaceStatus(_ id: String, _ status: String) -> String {
        "Interface \(id) status: \(status)"
    }

    /// Whether a recorded message is one of the four.
    package static func isOwn(_ message: String) -> Bool {
        if message == deleted || message.hasPrefix(statusPrefix) { return true }
        guard message.hasPrefix(interfacePrefix) else { return false }
        // The id of an interface has no space in it.
        let rest = message.dropFirst(interfacePrefix.count).drop { $0 != " " }
        return rest == " deleted externally." || rest.hasPrefix(" status: ")
    }

    /// Whether a recorded message is an own one about this interface.
    package static func isOwn(_ message: String, about interface: String) -> Bool {
        message == interfaceDeleted(interface) || message.hasPrefix(interfaceStatus(interface, ""))
    }

    private static let statusPrefix = "VIM status reported "
    private static let interfacePrefix = "Interface "
}
