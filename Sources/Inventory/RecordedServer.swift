// SPDX-License-Identifier: Apache-2.0

import BSON
package import Values

/// Which server a record is of, as far as it says.
package struct RecordedServer: Sendable {
    private let said: Said
    /// What is kept of a server that is recorded as deleted: YAML in which, among others, its id occurs.
    private let remains: String?

    /// What `vim_id` holds.
    private enum Said: Sendable {
        case absent
        case server(ResourceID)
        /// Null, an empty text, or no text at all.
        case other(Value)

        init(_ id: Value?) {
            switch id {
            case nil: self = .absent
            case .string(let id)? where !id.isEmpty: self = .server(ResourceID(id))
            case let id?: self = .other(id)
            }
        }

        init(in info: Fields) {
            if let text = info.element("vim_id")?.utf8, !text.isEmpty {
                self = .server(ResourceID(utf8: text))
            } else {
                self.init(info["vim_id"])
            }
        }
    }

    /// - Parameter id: of a record that keeps nothing of a deleted server.
    package init(id: Value?) {
        said = Said(id)
        remains = nil
    }

    /// - Parameter info: a VDU's `vim_info` of one account.
    package init(in info: Fields) {
        said = Said(in: info)
        let details = info.says("DELETED", at: "vim_status") ? info.text("vim_details") : nil
        remains = details?.isEmpty ?? true ? nil : details
    }

    package func isSame(as other: RecordedServer) -> Bool {
        guard remains == other.remains else { return false }
        switch (said, other.said) {
        case (.absent, .absent): return true
        case (.server(let left), .server(let right)): return left == right
        case (.other(let left), .other(let right)): return left.isIdentical(to: right)
        default: return false
        }
    }

    /// Whether a task with this server may speak for the record: their ids are equal, letter case ignored, or the record
    /// holds none. Absence under another id proves nothing.
    ///
    /// A deletion takes the id away and leaves the details: such a record is still of the deleted server. Otherwise a
    /// task that names its place by mistake, since LCM removed a VDU before it, would give it somebody else's server.
    /// OSM's own healing writes the new id first.
    package func mayBe(_ server: ResourceID) -> Bool {
        switch said {
        case .server(let recorded): recorded.key == server.key
        case .absent, .other(.null), .other(.string):
            remains.map { $0.lowercased().contains(server.description.lowercased()) } ?? true
        case .other: false
        }
    }
}
