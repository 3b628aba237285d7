// SPDX-License-Identifier: Apache-2.0

package import BSON
package import Inventory
package import Mongo
import Values

/// A `RecordUpdate` as a database takes it: which document, if all guards hold, and what is set in it.
///
/// It becomes BSON when it is sent, one after the other in the same memory: its values are bytes of BSON already. It is an
/// object since it passes through many hands, each of which would copy all that it refers to.
package final class GuardedUpdate: BulkItem {
    package let update: RecordUpdate
    /// About what it takes on the wire.
    package let bytes: Int

    package init(_ update: RecordUpdate) {
        self.update = update
        bytes = update.size
    }

    package var upsert: Bool { false }

    package func lend<Result>(
        _ memory: inout BulkMemory,
        _ body: (_ filter: UnsafeRawBufferPointer, _ update: UnsafeRawBufferPointer) -> Result
    ) throws(BSONError) -> Result {
        if let failure = update.changes.failure { throw failure.inside("$set") }
        update.writeFilter(into: &memory.filter)
        update.writeChanges(into: &memory.update)
        // Both are ended whatever there is against one: they are the next update's.
        let result = Swift.Result { () throws(BSONError) in
            try memory.filter.lend { filter in
                Swift.Result { () throws(BSONError) in try memory.update.lend { body(filter, $0) } }
            }
        }
        return try result.get().get()
    }

    /// The MongoDB operation by itself.
    package func operation() throws(BSONError) -> BulkUpdate {
        var memory = BulkMemory()
        return try lend(&memory) { BulkUpdate(filter: Array($0), update: Array($1)) }
    }

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

    /// About as many bytes as it has when it is sent.
    fileprivate var size: Int {
        let (old, new) = changes.sizes
        return ownGuards.reduce(256) { $0 + $1.size } + old + new + changes.count * (changesAreGuarded ? 96 : 0)
    }

    /// Says what `GuardedUpdate.filter` does, without a tree in between.
    fileprivate func writeFilter(into filter: inout BSONWriter) {
        guard !ownGuards.isEmpty || changesAreGuarded else { return isItsRecord.write(into: &filter) }
        filter.appendArray("$and") { all in
            all.appendDocument { record in record.appendDocument("_id") { $0.append("$eq", id) } }
            let guards = ownGuards.span
            for index in guards.indices { all.appendDocument { guards[index].write(into: &$0) } }
            forEachGuarded { change in all.appendDocument { change.writeGuard(into: &$0) } }
        }
    }

    fileprivate func writeChanges(into update: inout BSONWriter) {
        update.appendDocument("$set") { set in changes.lent { set.append(elements: $0.element) } }
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
