// SPDX-License-Identifier: Apache-2.0

package import Values

/// What is known of a server or a port at one moment.
package enum Observed<Fresh: Sendable, Memory: Sendable>: Sendable {
    /// Its data.
    case fresh(Fresh)
    /// Byte for byte what it was when the last comparison found nothing to write: only what the comparison of its
    /// neighbours needs is remembered.
    case same(Memory)
    /// Proven absent.
    case gone
    /// Nothing reliable: the record stays as it is.
    case unknown

    package var isUnknown: Bool { if case .unknown = self { true } else { false } }
}

/// What the ports of an unchanged server need to know of it.
package struct ServerMemory: Sendable {
    /// `OS-EXT-SRV-ATTR:host`, null when missing or empty.
    package var host: Value

    package init(host: Value) { self.host = host }
}

/// What an unchanged port contributes to its VM.
package struct PortMemory: Sendable, Equatable {
    /// The message about its status, `nil` if that is good.
    package var message: String?

    package init(message: String?) { self.message = message }
}

package typealias ServerObservation = Observed<SeenDocument, ServerMemory>
package typealias PortObservation = Observed<SeenDocument, PortMemory>

/// What one cloud showed of one VDU.
package struct VDUObservation: Sendable {
    package let index: Int
    /// The `TaskElection.position` of its record.
    package let position: Int
    /// Of the server that was looked for.
    package let serverID: ResourceID
    package let server: ServerObservation
    /// By `vim_interface_id`; an interface without entry is unknown.
    package let ports: ByPort<PortObservation>

    package init(
        index: Int, position: Int = 0, serverID: ResourceID, server: ServerObservation,
        ports: ByPort<PortObservation>
    ) {
        self.index = index
        self.position = position
        self.serverID = serverID
        self.server = server
        self.ports = ports
    }
}

/// Which rules hold. `parity` switches back to the original's behaviour what DESIGN lists: message clearing, restoring,
/// backup on deletion, drift repair, dual stack and the name of the VNF's address field.
package struct Rules: Sendable, Equatable {
    package var parity: Bool

    package init(parity: Bool = false) { self.parity = parity }
}
