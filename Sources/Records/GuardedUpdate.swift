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

    package convenience init(_ update: consuming RecordUpdate) {
        var bytes: [UInt8] = []
        let places = update.encode(into: &bytes)
        self.init(update, places, in: bytes)
    }

    fileprivate init(_ update: consuming RecordUpdate, _ places: Result<OperationPlaces, BSONError>, in bytes: [UInt8])
    {
        operation = places.map { places in
            BulkUpdate(
                filter: SharedBytes(of: bytes, at: places.filter), update: SharedBytes(of: bytes, at: places.update))
        }
        self.bytes = (try? places.get()).map { $0.filter.count + $0.update.count } ?? 0
        self.update = update
    }

    private init(_ update: RecordUpdate, _ operation: Result<BulkUpdate, BSONError>, bytes: Int) {
        (self.update, self.operation, self.bytes) = (update, operation, bytes)
    }

    /// The same, without the memory in which others have their part (`VDUChange.alone`).
    package var alone: GuardedUpdate {
        let operation = operation.map { BulkUpdate(filter: $0.filter.alone, update: $0.update.alone) }
        return GuardedUpdate(update.alone, operation, bytes: bytes)
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

/// Makes the operations of updates that travel together, one behind the other in memory that they share.
package struct GuardedUpdates {
    private let size: Int
    private var bytes: [UInt8] = []
    private var updates: [(update: RecordUpdate, places: Result<OperationPlaces, BSONError>)] = []

    /// - Parameter size: about as many bytes as all of them take, if there are any.
    package init(size: Int) { self.size = size }

    package mutating func append(_ update: consuming RecordUpdate) {
        if updates.isEmpty { bytes.reserveCapacity(size) }
        let places = update.encode(into: &bytes)
        updates.append((update, places))
    }

    package consuming func finish() -> [GuardedUpdate] {
        var (updates, guarded) = (updates, [GuardedUpdate]())
        guarded.reserveCapacity(updates.count)
        // Taken out one by one: what is looked at where it is, is copied.
        updates.reverse()
        while let (update, places) = updates.popLast() { guarded.append(GuardedUpdate(update, places, in: bytes)) }
        return guarded
    }
}

/// Where the parts of an operation are.
private struct OperationPlaces {
    let filter: Range<Int>
    let update: Range<Int>
}

extension RecordUpdate {
    /// Appends the parts of its operation to bytes.
    fileprivate func encode(into bytes: inout [UInt8]) -> Result<OperationPlaces, BSONError> {
        Result { () throws(BSONError) in
            try OperationPlaces(filter: encodeFilter(into: &bytes), update: encodeChanges(into: &bytes))
        }
    }

    fileprivate var isItsRecord: Predicate { .field(FieldPath("_id"), [.equal(id)]) }

    /// Says what `GuardedUpdate.filter` does, without a tree in between.
    private func encodeFilter(into bytes: inout [UInt8]) throws(BSONError) -> Range<Int> {
        guard !ownGuards.isEmpty || changesAreGuarded else {
            let start = bytes.count
            bytes += try isItsRecord.encoded()
            return start..<bytes.count
        }
        let guards = ownGuards.span
        var size = 256 + changes.sizes.old + changes.count * 192
        for index in guards.indices { size += guards[index].size }
        return try BSONWriter.append(to: &bytes, capacity: size) { filter in
            filter.appendArray("$and") { all in
                all.appendDocument { record in record.appendDocument("_id") { $0.append("$eq", id) } }
                for index in guards.indices { all.appendDocument { guards[index].write(into: &$0) } }
                forEachGuarded { change in all.appendDocument { change.writeGuard(into: &$0) } }
            }
        }
    }

    private func encodeChanges(into bytes: inout [UInt8]) throws(BSONError) -> Range<Int> {
        if let failure = changes.failure { throw failure.inside("$set") }
        return try BSONWriter.append(to: &bytes, capacity: changes.sizes.new + 32) { update in
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
