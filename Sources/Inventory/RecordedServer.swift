// SPDX-License-Identifier: Apache-2.0

package import Values

/// Which server a record is of, as far as it says.
package struct RecordedServer: Sendable {
    /// `vim_id`; `nil` if the field is absent.
    package let id: Value?
    /// What is kept of a server that is recorded as deleted: YAML in which, among others, its id occurs.
    private let remains: String?

    /// - Parameter id: of a record that keeps nothing of a deleted server.
    package init(id: Value?) {
        self.id = id
        remains = nil
    }

    /// - Parameter info: a VDU's `vim_info` of one account.
    package init(in info: Fields) {
        id = info["vim_id"]
        let details = info.text("vim_status") == "DELETED" ? info.text("vim_details") : nil
        remains = details?.isEmpty ?? true ? nil : details
    }

    package func isSame(as other: RecordedServer) -> Bool {
        guard remains == other.remains else { return false }
        switch (id, other.id) {
        case (nil, nil): return true
        case (let left?, let right?): return left.isIdentical(to: right)
        default: return false
        }
    }

    /// Whether a task with this server may speak for the record: their ids are equal, letter case ignored, or the record
    /// holds none. Absence under another id proves nothing.
    ///
    /// A deletion takes the id away and leaves the details: such a record is still of the deleted server. Otherwise a
    /// task that names its place by mistake, since LCM removed a VDU before it, would give it somebody else's server.
    /// OSM's own healing writes the new id first.
    package func mayBe(_ serverID: String) -> Bool {
        switch id {
        case .string(let recorded)? where !recorded.isEmpty: ResourceKey(serverID) == ResourceKey(recorded)
        case nil, .null?, .string?: remains.map { $0.lowercased().contains(serverID.lowercased()) } ?? true
        default: false
        }
    }
}
