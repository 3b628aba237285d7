// SPDX-License-Identifier: Apache-2.0

package import BSON
package import Inventory
package import Mongo
package import Values

/// A `RecordUpdate` as a database takes it: which document, if all guards hold, and what is set in it.
///
/// It becomes BSON when it is made, by whom has just made its values: who writes it has only to send it. It is one of
/// those that travel together, and costs no more to pass on than a reference to them.
package struct GuardedUpdate: Sendable {
    private let all: Content
    private let number: Int

    /// Updates that travel together, with their operations one behind the other in one piece of memory.
    fileprivate final class Content: Sendable {
        let updates: [RecordUpdate]
        let operations: [Result<OperationPlaces, BSONError>]
        let bytes: [UInt8]

        init(_ updates: [RecordUpdate], _ operations: [Result<OperationPlaces, BSONError>], _ bytes: [UInt8]) {
            (self.updates, self.operations, self.bytes) = (updates, operations, bytes)
        }
    }

    package init(_ update: consuming RecordUpdate) {
        var bytes: [UInt8] = []
        let places = update.encode(into: &bytes)
        self.init(Content([update], [places], bytes), 0)
    }

    fileprivate init(_ all: Content, _ number: Int) { (self.all, self.number) = (all, number) }

    package var update: RecordUpdate { all.updates[number] }

    /// `_id` of the record.
    package var id: Value { all.updates[number].id }
    package var vdus: [VDUChange] { all.updates[number].vdus }

    /// A MongoDB operation that says so, or why BSON cannot.
    package var operation: Result<BulkUpdate, BSONError> {
        all.operations[number].map { places in
            BulkUpdate(
                filter: SharedBytes(of: all.bytes, at: places.filter),
                update: SharedBytes(of: all.bytes, at: places.update))
        }
    }

    /// About what it takes on the wire.
    package var bytes: Int {
        guard case .success(let places) = all.operations[number] else { return 0 }
        return places.filter.count + places.update.count
    }

    /// The same, without the memory in which others have their part (`VDUChange.alone`).
    package var alone: GuardedUpdate { GuardedUpdate(update.alone) }

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

/// Makes the operations of updates that travel together. What they change is noted where it lies in the operations.
package struct GuardedUpdates {
    private let size: Int
    private var bytes: [UInt8] = []
    private var parts = FieldChangeParts()
    private var updates: [Entry] = []
    private var operations: [Result<OperationPlaces, BSONError>] = []

    private enum Entry {
        case drafted(DraftedUpdate, FieldChangeParts.Section)
        /// With changes of its own.
        case alone(RecordUpdate)
    }

    /// - Parameter size: about as many bytes as all of them take, if there are any.
    package init(size: Int) { self.size = size }

    /// - Parameter changes: lent, and not needed any more.
    package mutating func append(_ update: consuming DraftedUpdate, _ changes: inout ChangeList) {
        if updates.isEmpty { bytes.reserveCapacity(size) }
        let (start, section) = (bytes.count, parts.section)
        do throws(BSONError) {
            let operation = try update.encode(&changes, into: &bytes)
            changes.finish(into: &parts, &bytes)
            operations.append(.success(operation))
            updates.append(.drafted(update, parts.section(since: section)))
        } catch {
            bytes.removeLast(bytes.count - start)
            operations.append(.failure(error))
            updates.append(.alone(RecordUpdate(update, copying: changes)))
        }
    }

    package consuming func finish() -> [GuardedUpdate] {
        let changes = FieldChanges(bytes, parts)
        let updates = updates.map { entry in
            switch entry {
            case .drafted(let draft, let section): RecordUpdate(draft, changes.part(section))
            case .alone(let update): update
            }
        }
        let all = GuardedUpdate.Content(updates, operations, bytes)
        return updates.indices.map { GuardedUpdate(all, $0) }
    }
}

/// Where the parts of an operation are.
private struct OperationPlaces {
    let filter: Range<Int>
    let update: Range<Int>
}

extension DraftedUpdate {
    /// Appends the parts of its operation to bytes, and has the changes lie there.
    fileprivate func encode(
        _ changes: inout ChangeList, into bytes: inout [UInt8]
    ) throws(BSONError) -> OperationPlaces {
        let sizes = changes.sizes
        let start = bytes.count
        let filter = try encodeFilter(
            of: id, into: &bytes, capacity: 256 + sizes.old + changes.guardCount * 192
        ) { all in
            changes.moveGuards { one in one.write(to: &all).map { ChangeList.Put(path: start + $0.key, value: start + $0.value) } }
        }
        if let failure = changes.failure { throw failure.inside("$set") }
        let middle = bytes.count
        let update = try BSONWriter.append(to: &bytes, capacity: sizes.new + 32) { update in
            update.appendDocument("$set") { set in
                changes.moveChanges { change in
                    let put = set.append(utf8: change.path, change.new)
                    return ChangeList.Put(path: middle + put.key, value: middle + put.value)
                }
            }
        }
        return OperationPlaces(filter: filter, update: update)
    }
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
        let size = ownGuards.reduce(256 + changes.sizes.old + changes.guardCount * 192) { $0 + $1.size }
        return try Records.encodeFilter(of: id, into: &bytes, capacity: size) { all in
            for item in ownGuards { all.appendDocument { item.write(into: &$0) } }
            if changesAreGuarded { changes.lentGuards { _ = $0.write(to: &all) } }
        }
    }

    private func encodeChanges(into bytes: inout [UInt8]) throws(BSONError) -> Range<Int> {
        if let failure = changes.failure { throw failure.inside("$set") }
        return try BSONWriter.append(to: &bytes, capacity: changes.sizes.new + 32) { update in
            update.appendDocument("$set") { set in changes.lent { set.append(utf8: $0.path, $0.new) } }
        }
    }
}

/// Appends a filter that a record has this `_id` and all holds that `body` writes.
private func encodeFilter(
    of id: Value, into bytes: inout [UInt8], capacity: Int, _ body: (inout BSONArrayWriter) -> Void
) throws(BSONError) -> Range<Int> {
    try BSONWriter.append(to: &bytes, capacity: capacity) { filter in
        filter.appendArray("$and") { all in
            all.appendDocument { record in record.appendDocument("_id") { $0.append("$eq", id) } }
            body(&all)
        }
    }
}

extension LentGuard {
    /// - Returns: where path and value are in the filter, if they are there as they are here.
    fileprivate func write(to all: inout BSONArrayWriter) -> (key: Int, value: Int)? {
        switch condition {
        case .unchanged(let old?) where old.utf8 != nil:
            return all.append(path, "$eq", old, and: Predicate.isTextAndNoArray)
        case .notEqual(let excluded): return all.append(path, "$ne", excluded)
        case .unchanged:
            all.appendDocument { value.write(into: &$0) }
            return nil
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
