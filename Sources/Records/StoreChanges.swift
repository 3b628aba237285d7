// SPDX-License-Identifier: Apache-2.0

package import Values

/// A place in the order of all changes of a store.
package struct StorePosition: Sendable, Equatable {
    let token: [UInt8]
    /// Who gave it out: after a change of the primary, what the one before showed may never have been.
    let election: [UInt8]
}

/// What changed in a store behind a position.
package struct StoreChanges: Sendable {
    /// Where to go on.
    package let position: StorePosition
    /// `nil` if anything may have changed.
    package let changed: ChangedDocuments?

    package init(position: StorePosition, changed: ChangedDocuments?) {
        self.position = position
        self.changed = changed
    }
}

/// Documents that were inserted, changed or removed.
package struct ChangedDocuments: Sendable, Equatable {
    /// Documents of `vnfrs` whose `_id` is a text, as all have that are looked for.
    package var records: [ResourceID]
    /// Whether any document of `ro_tasks` is among them.
    package var tasks: Bool

    package init(records: [ResourceID] = [], tasks: Bool = false) {
        self.records = records
        self.tasks = tasks
    }
}
