// SPDX-License-Identifier: Apache-2.0

package import BSON
package import Inventory
package import Mongo
import Values

/// A `RecordUpdate` as a database takes it: which document, if all guards hold, and what is set in it.
///
/// It becomes BSON when it is made, by whom has just made its values: who writes it has only to send it. It is an object
/// since it passes through many hands, each of which would copy all that it refers to.
package final class GuardedUpdate: Sendable {
    package let update: RecordUpdate
    /// A MongoDB operation that says so, or why BSON cannot.
    package let operation: Result<BulkUpdate, BSONError>
    /// About what it takes on the wire.
    package let bytes: Int

    package init(_ update: consuming RecordUpdate) {
        do throws(BSONError) {
            let filter = try update.encodedFilter()
            let changes = try update.encodedChanges()
            bytes = filter.count + changes.count
            operation = .success(BulkUpdate(filter: filter, update: changes))
        } catch {
            bytes = 0
            operation = .failure(error)
        }
        self.update = update
    }

    private init(_ update: RecordUpdate, like other: GuardedUpdate) {
        self.update = update
        (operation, bytes) = (other.operation, other.bytes)
    }

    /// The same, without the memory in which others have their part (`VDUChange.alone`).
    package var alone: GuardedUpdate { GuardedUpdate(update.alone, like: self) }

    /// This and another update of the same record; see `RecordUpdate.merge`.
    package func merged(with other: GuardedUpdate) -> GuardedUpdate {
        var update = update
        update.merge(other.update)
        return GuardedUpdate(update)
    }

    /// What the operation's filter says.
    var filter: Predicate { .all([update.isItsRecord] + update.guards.map(\.predicate)) }

    static func refusal(_ error: any Error) -> String { "it cannot be written as BSON: \(error)" }
}

extension RecordUpdate {
    fileprivate var isItsRecord: Predicate { .field(FieldPath("_id"), [.equal(id)]) }

    /// Says what `GuardedUpdate.filter` does, without a tree in between.
    fileprivate func encodedFilter() throws(BSONError) -> [UInt8] {
        guard !ownGuards.isEmpty || changesAreGuarded else { return try isItsRecord.encoded() }
        let size = ownGuards.reduce(256) { $0 + $1.size } + changes.sizes.old + changes.count * 192
        return try BSONWriter.document(capacity: size) { filter in
            filter.appendArray("$and") { all in
                all.appendDocument { record in record.appendDocument("_id") { $0.append("$eq", id) } }
                let guards = ownGuards.span
                for index in guards.indices { all.appendDocument { guards[index].write(into: &$0) } }
                forEachGuarded { change in all.appendDocument { change.writeGuard(into: &$0) } }
            }
        }
    }

    fileprivate func encodedChanges() throws(BSONError) -> [UInt8] {
        if let failure = changes.failure { throw failure.inside("$set") }
        return try BSONWriter.document(capacity: changes.sizes.new + 32) { update in
            update.appendDocument("$set") { set in changes.lent { set.append(utf8: $0.path, $0.new) } }
        }
    }
}

extension FieldChanges.Lent {
    /// That the record holds what was read.
    fileprivate func writeGuard(into filter: inout BSONWriter) {
        if let old, old.utf8 != nil {
            Predicate.write(text: old, at: path, into: &filter)
        } else {
            unchanged.write(into: &filter)
        }
    }
}

extension Value {
    /// About as many bytes as BSON has of it, if it is no container.
    fileprivate var size: Int { if case .string(let text) = self { text.utf8.count } else { 16 } }
}

extension Guard {
    /// About as many bytes as BSON has of it.
    fileprivate var size: Int {
        switch condition {
        case .equals(let value), .notEqual(let value): path.description.utf8.count + value.size + 96
        case .absent: 2 * path.description.utf8.count + 160
        }
    }

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
