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
        let entries: [Entry]
        /// Of all that were drafted.
        let changes: FieldChanges
        let bytes: [UInt8]

        init(_ entries: [Entry], _ changes: FieldChanges, _ bytes: [UInt8]) {
            (self.entries, self.changes, self.bytes) = (entries, changes, bytes)
        }
    }

    fileprivate struct Entry {
        let id: ResourceID?
        /// `nil`: there is a failure.
        let operation: OperationPlaces?
        var failure: BSONError?
        let said: Said

        enum Said {
            /// What it changes is among the changes of all.
            case drafted(DraftedUpdate, FieldChangeParts.Section)
            /// It has changes of its own.
            case alone(RecordUpdate)
        }
    }

    private var entry: Entry { _read { yield all.entries[number] } }

    package init(_ update: consuming RecordUpdate) {
        var bytes: [UInt8] = []
        let id = update.id.string.map { ResourceID($0) }
        let entry: Entry
        do throws(BSONError) {
            let operation = try update.encode(into: &bytes)
            entry = Entry(id: id, operation: operation, said: .alone(update))
        } catch {
            entry = Entry(id: id, operation: nil, failure: error, said: .alone(update))
        }
        self.init(Content([entry], FieldChanges(), bytes), 0)
    }

    fileprivate init(_ all: Content, _ number: Int) { (self.all, self.number) = (all, number) }

    package var update: RecordUpdate {
        switch entry.said {
        case .drafted(let draft, let section): RecordUpdate(draft, all.changes.part(section))
        case .alone(let update): update
        }
    }

    /// `_id` of the record, if it is a text.
    package var id: ResourceID? { entry.id }

    /// What it changes of each VDU, lent to the log.
    package func lentVDUs(_ body: (LentVDU) -> Void) {
        switch entry.said {
        case .drafted(_, let section):
            all.changes.part(section).lentVDUs(of: entry.id ?? ResourceID(""), body)
        case .alone(let update): for vdu in update.vdus { vdu.lent(body) }
        }
    }

    /// A MongoDB operation that says so, or why BSON cannot.
    package var operation: Result<BulkUpdate, BSONError> {
        if let failure = entry.failure { return .failure(failure) }
        let (filter, update) = entry.operation.map { ($0.filter, $0.update) } ?? (0..<0, 0..<0)
        return .success(
            BulkUpdate(filter: SharedBytes(of: all.bytes, at: filter), update: SharedBytes(of: all.bytes, at: update)))
    }

    /// What it takes on the wire.
    package var bytes: Int { entry.operation.map { $0.filter.count + $0.update.count + Self.frame } ?? 0 }

    /// What the driver puts around filter and update: a document with them as "q" and "u", and the members "upsert" and
    /// "multi" (mongoc-bulk-operation.c). With a little more than a bulk may have it would take twice the memory.
    private static let frame = 4 + 2 * 3 + (1 + 7 + 1) + (1 + 6 + 1) + 1

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
    private let count: Int
    private let writesLines: Bool
    private var bytes: [UInt8] = []
    private var parts = FieldChangeParts()
    private var entries: [GuardedUpdate.Entry] = []

    /// - Parameters:
    ///   - count: about so many may come, much alike.
    ///   - writesLines: whether what the log says of them is written beforehand.
    package init(expecting count: Int = 1, writesLines: Bool = false) {
        (self.count, self.writesLines) = (count, writesLines)
    }

    /// - Parameter changes: lent, and not needed any more.
    package mutating func append(_ update: DraftedUpdate, _ changes: inout ChangeList) {
        if writesLines { changes.writeLines(to: &parts) }
        if entries.isEmpty {
            bytes.reserveCapacity(count * changes.sizeOfOperation)
            entries.reserveCapacity(count)
            parts.reserve(count, like: changes)
        }
        let (start, section, id) = (bytes.count, parts.section, update.id.text)
        do throws(BSONError) {
            let operation = try changes.encode(into: &bytes)
            changes.finish(into: &parts, &bytes)
            entries.append(
                GuardedUpdate.Entry(
                    id: id, operation: operation, said: .drafted(update, parts.section(since: section))))
        } catch {
            bytes.removeLast(bytes.count - start)
            let update = RecordUpdate(update, copying: changes)
            entries.append(GuardedUpdate.Entry(id: id, operation: nil, failure: error, said: .alone(update)))
        }
    }

    package consuming func finish() -> [GuardedUpdate] {
        let all = GuardedUpdate.Content(entries, FieldChanges(bytes, parts), bytes)
        return entries.indices.map { GuardedUpdate(all, $0) }
    }
}

/// Where the parts of an operation are.
private struct OperationPlaces {
    let filter: Range<Int>
    let update: Range<Int>
}

extension ChangeList {
    /// Appends the parts of their operation to bytes, and has the changes lie there.
    fileprivate mutating func encode(into bytes: inout [UInt8]) throws(BSONError) -> OperationPlaces {
        let sizes = sizesInOperation
        let start = bytes.count
        let filter = try encodeFilter(into: &bytes, capacity: sizes.filter) {
            $0.append("$eq", recordID)
        } _: { all in
            moveGuards { one in
                one.write(to: &all).map { ChangeList.Put(path: start + $0.key, value: start + $0.value) }
            }
        }
        if let failure { throw failure.inside("$set") }
        let middle = bytes.count
        let update = try BSONWriter.append(to: &bytes, capacity: sizes.update) { update in
            update.appendDocument("$set") { set in
                moveChanges { change in
                    let put = set.append(utf8: change.path, change.new)
                    return ChangeList.Put(path: middle + put.key, value: middle + put.value)
                }
            }
        }
        return OperationPlaces(filter: filter, update: update)
    }

    /// About how many bytes the parts of an operation have.
    fileprivate var sizesInOperation: (filter: Int, update: Int) {
        (sizeOfFilter(sizes.old, guards: guardCount), sizes.new + 32)
    }

    fileprivate var sizeOfOperation: Int { sizesInOperation.filter + sizesInOperation.update }
}

extension RecordUpdate {
    /// Appends the parts of its operation to bytes.
    fileprivate func encode(into bytes: inout [UInt8]) throws(BSONError) -> OperationPlaces {
        try OperationPlaces(filter: encodeFilter(into: &bytes), update: encodeChanges(into: &bytes))
    }

    fileprivate var isItsRecord: Predicate { .field(FieldPath("_id"), [.equal(id)]) }

    /// Says what `GuardedUpdate.filter` does, without a tree in between.
    private func encodeFilter(into bytes: inout [UInt8]) throws(BSONError) -> Range<Int> {
        guard !ownGuards.isEmpty || changesAreGuarded else {
            let start = bytes.count
            bytes += try isItsRecord.encoded()
            return start..<bytes.count
        }
        let size = ownGuards.reduce(sizeOfFilter(changes.sizes.old, guards: changes.guardCount)) { $0 + $1.size }
        return try Records.encodeFilter(into: &bytes, capacity: size) {
            $0.append("$eq", id)
        } _: { all in
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

/// About how many bytes a filter has.
///
/// - Parameter values: how many bytes paths and values have.
private func sizeOfFilter(_ values: Int, guards: Int) -> Int { 256 + values + guards * 192 }

/// Appends a filter that all holds of a record that is written of its `_id` and besides.
private func encodeFilter(
    into bytes: inout [UInt8], capacity: Int, _ id: (inout BSONWriter) -> Void,
    _ body: (inout BSONArrayWriter) -> Void
) throws(BSONError) -> Range<Int> {
    try BSONWriter.append(to: &bytes, capacity: capacity) { filter in
        filter.appendArray("$and") { all in
            all.appendDocument { record in record.appendDocument("_id", id) }
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
