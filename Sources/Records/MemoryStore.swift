// SPDX-License-Identifier: Apache-2.0

import BSON
package import Inventory
package import Values

/// OSM's database in memory: for the demo, for tests, and for trying VIMWatch on a folder of JSON files.
///
/// Filters, projections, guards and updates mean what they mean in MongoDB.
package actor MemoryStore: RecordStore {
    private var collections: [String: [Object]]
    private var history = MemoryHistory()

    /// - Parameter collections: documents by collection (`admin`, `vim_accounts`, `ro_tasks`, `vnfrs`), in natural order.
    package init(collections: [String: [Object]] = [:]) {
        self.collections = collections
    }

    package func documents(in collection: String) -> [Object] { collections[collection] ?? [] }

    /// Changes a collection as another writer would.
    package func mutate<Result: Sendable>(
        _ collection: String, _ body: @Sendable (inout [Object]) throws -> Result
    ) rethrows -> Result {
        let before = documents(in: collection)
        defer { history.note(collection, from: before, to: documents(in: collection)) }
        return try body(&collections[collection, default: []])
    }

    package func changes(since position: StorePosition?, limit: Int) -> StoreChanges {
        history.changes(since: position, limit: limit)
    }

    package func version() -> DatabaseVersion {
        document(in: "admin", id: "version").map(DatabaseVersion.init(document:))
            ?? DatabaseVersion(status: nil, serial: nil)
    }

    package func accounts() -> [Result<Object, Finding>] {
        documents(in: "vim_accounts").map { document in
            do throws(BSONError) {
                _ = try BSON.encode(document)
                return .success(document)
            } catch {
                let id = document["_id"]?.string ?? "(without _id)"
                return .failure(Finding(.accountInvalid, "VIM account \(id)", "\(error)"))
            }
        }
    }

    package func readTasks<Result: Sendable>(
        into initial: Result, _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) -> Result {
        read("ro_tasks", where: TaskQuery.filter.matches, TaskQuery.projection, into: initial, body)
    }

    package func readRecords<Result: Sendable>(
        ids: [String], _ extent: RecordExtent, into initial: Result,
        _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) -> Result {
        let ids = Set(ids.map { Array($0.utf8) })
        return read(
            "vnfrs", where: { $0["_id"]?.string.map { ids.contains(Array($0.utf8)) } ?? false },
            RecordQuery.projection(extent), into: initial, body
        )
    }

    private func read<Result>(
        _ collection: String, where isWanted: (Object) -> Bool, _ projection: Projection, into initial: Result,
        _ body: (inout Result, UnsafeRawBufferPointer) -> Void
    ) -> Result {
        documents(in: collection).reduce(into: initial) { result, document in
            guard isWanted(document) else { return }
            projection.apply(to: document).bytesForReaders.withUnsafeBytes { body(&result, $0) }
        }
    }

    package func apply(_ updates: [GuardedUpdate]) -> WriteResult {
        var result = WriteResult(matched: 0)
        let positions = positionsByID
        for (position, guarded) in updates.enumerated() {
            do {
                _ = try guarded.operation.get()
                let changes = try Array(guarded.update.changes).inOrder()
                guard let index = guarded.update.id.string.flatMap({ positions[Array($0.utf8)] }),
                    let record = collections["vnfrs"]?[index], guarded.filter.matches(record)
                else { continue }
                try collections["vnfrs"]?[index].set(changes)
                history.note(record: guarded.update.id)
                result.matched += 1
            } catch let error as SetError {
                result.errors[position] = error.reason
            } catch {
                result.errors[position] = GuardedUpdate.refusal(error)
            }
        }
        return result
    }

    /// Where the records are that have a text as `_id`, as all of OSM's have.
    private var positionsByID: [[UInt8]: Int] {
        let ids = documents(in: "vnfrs").enumerated().compactMap { index, record in
            record["_id"]?.string.map { (Array($0.utf8), index) }
        }
        return Dictionary(ids) { first, _ in first }
    }

    package func state(_ collection: StateCollection, id: String) -> Object? {
        document(in: collection.rawValue, id: id)
    }

    package func setState(_ collection: StateCollection, id: String, to document: Object?) {
        collections[collection.rawValue, default: []].removeAll { $0.hasID(id) }
        guard let document else { return }
        collections[collection.rawValue, default: []].append(document.identified(by: id))
    }

    package func stateIDs(_ collection: StateCollection) -> [String] {
        documents(in: collection.rawValue).compactMap { $0["_id"]?.string }
    }

    package func acquireLease(owner: String, now: Double, ttl: Double) -> Lease? {
        let current = state(.leases, id: Lease.writer).map(Lease.init(document:))
        let next = Lease.next(after: current, owner: owner, now: now, ttl: ttl)
        if let next { setState(.leases, id: Lease.writer, to: next.document) }
        return next
    }

    package func releaseLease(_ lease: Lease) {
        guard let current = state(.leases, id: Lease.writer).map(Lease.init(document:)),
            current.owner.isIdentical(toText: lease.owner), current.token == lease.token
        else { return }
        setState(.leases, id: Lease.writer, to: lease.released.document)
    }

    package func close() {}

    private func document(in collection: String, id: String) -> Object? {
        documents(in: collection).first { $0.hasID(id) }
    }
}

extension Object {
    fileprivate func hasID(_ id: String) -> Bool { self["_id"]?.string?.isIdentical(toText: id) ?? false }

    /// The document as BSON.
    ///
    /// One that BSON cannot hold (an integer beyond 64 bits, text with a lone surrogate) is never in MongoDB. Here its
    /// reader gets a document that cannot be decoded: the id, and at the path of the fault text that is not UTF-8. So
    /// it harms no other document, and the reader's error names the place.
    fileprivate var bytesForReaders: [UInt8] {
        do throws(BSONError) { return try BSON.encode(self) } catch {
            var writer = BSONWriter()
            if let id = self["_id"]?.string { writer.append("_id", string: id) }
            let path = String(decoding: error.path.utf8.filter { $0 != 0 }, as: UTF8.self)
            writer.append("\(path) (\(error.reason.rawValue))", type: BSONType.string, bytes: [2, 0, 0, 0, 0xFF, 0])
            return (try? writer.finish()) ?? []
        }
    }
}
