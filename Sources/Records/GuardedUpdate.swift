// SPDX-License-Identifier: Apache-2.0

package import BSON
package import Inventory
import Values

/// A `RecordUpdate` as a database takes it: which document, if all guards hold, and what is set in it.
package struct GuardedUpdate {
    private let update: RecordUpdate

    package init(_ update: RecordUpdate) { self.update = update }

    var changes: [FieldChange] { update.changes }

    var filter: Predicate { .all([isTheRecord] + update.guards.map(\.predicate)) }

    private var isTheRecord: Predicate { .field(FieldPath("_id"), [.equal(update.id)]) }

    /// The filter and the update of a MongoDB operation. The filter says what `filter` does: without a tree in between.
    package func encoded() throws(BSONError) -> (filter: [UInt8], update: [UInt8]) {
        guard !update.guards.isEmpty else { return (try filter.encoded(), try encodedChanges()) }
        var filter = BSONWriter(capacity: 8192)
        filter.appendArray("$and") { all in
            all.appendDocument { isTheRecord.write(into: &$0) }
            let guards = update.guards.span
            for index in guards.indices { all.appendDocument { guards[index].write(into: &$0) } }
        }
        return (try filter.finish(), try encodedChanges())
    }

    private func encodedChanges() throws(BSONError) -> [UInt8] {
        var writer = BSONWriter(capacity: 8192)
        writer.appendDocument("$set") { set in
            let changes = update.changes.span
            for index in changes.indices { set.append(changes[index].path.description, changes[index].new) }
        }
        return try writer.finish()
    }

    static func refusal(_ error: any Error) -> String { "it cannot be written as BSON: \(error)" }
}

extension Guard {
    fileprivate func write(into filter: inout BSONWriter) {
        switch condition {
        case .equals(.string(let text)): Predicate.write(text, at: path, into: &filter)
        case .notEqual(let value): filter.appendDocument(path.description) { $0.append("$ne", value) }
        case .equals, .absent: predicate.write(into: &filter)
        }
    }

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
