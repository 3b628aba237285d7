// SPDX-License-Identifier: Apache-2.0

/// Something that happens in a cloud behind OSM's back.
package struct Change: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        // Of a server.
        case stop, start, pause, error, rename, delete, migrate
        /// `updated` of the server and `revision_number` of its ports move on, nothing else.
        case touch
        /// A new server with its ports; the target is its name, empty for a made-up one.
        case boot
        // Of a port.
        case detachPort = "detach-port"
        case deletePort = "delete-port"
        case changeIP = "change-ip"
        case addIP = "add-ip"
        case portDown = "port-down"
        case portUp = "port-up"

        var isOfPort: Bool {
            switch self {
            case .detachPort, .deletePort, .changeIP, .addIP, .portDown, .portUp: true
            case .stop, .start, .pause, .error, .rename, .delete, .migrate, .touch, .boot: false
            }
        }
    }

    package var kind: Kind
    /// A server's id or name; for a port its id, or its server's id or name for that server's first port.
    package var target: String
    /// The new name, host or address; `nil` for a made-up one. Without meaning for other kinds.
    package var argument: String?

    package init(_ kind: Kind, _ target: String = "", to argument: String? = nil) {
        self.kind = kind
        self.target = target
        self.argument = argument
    }

    /// What a change did.
    package struct Outcome: Sendable, Equatable {
        package let kind: Kind
        /// Ids of the servers that changed, appeared or vanished.
        package var servers: [String] = []
        /// Ids of the ports that changed, appeared or vanished.
        package var ports: [String] = []
        /// The new status, name, host or address, if there is one.
        package var value: String?
    }
}
