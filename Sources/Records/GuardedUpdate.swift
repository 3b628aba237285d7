// SPDX-License-Identifier: Apache-2.0

package import BSON
package import Inventory
import Values

/// A `RecordUpdate` as a database takes it: which document, if all guards hold, and what is set in it.
package struct GuardedUpdate {
    let filter: Predicate
    let changes: [FieldChange]

    package init(_ update: RecordUpdate) {
        filter = .all([.field(FieldPath("_id"), [.equal(update.id)])] + update.guards.map(\.predicate))
        changes = update.changes
    }

    /// The filter and the update of a MongoDB operation.
    package func encoded() throws(BSONError) -> (filter: [UInt8], update: [UInt8]) {
        var update = BSONWriter(capacity: 8192)
        update.appendDocument("$set") { set in
            for change in changes { set.append(change.path.description, change.new) }
        }
        return (try filter.encoded(capacity: 8192), try update.finish())
    }

    static func refusal(_ error: any Error) -> String { "it cannot be written as BSON: \(error)" }
}

extension Guard {
    fileprivate var predicate: Predicate {
        switch condition {
        case .equals(let value): return .exactly(value, at: path)
        case .notEqual(let value): return .field(path, [.not(.equal(value))])
        case .absent:
            let parent = path.parent
            guard !parent.description.isEmpty else { return .field(path, [.not(.exists)]) }
            return .all([.field(path, [.not(.exists)]), .field(parent, [.type(BSONType.document), .noArray])])
        }
    }
}
