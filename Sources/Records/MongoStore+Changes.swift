// SPDX-License-Identifier: Apache-2.0

import BSON
import Mongo
import Values

extension MongoStore {
    /// Asks the replica set's change stream. It tells what a majority has: an answer that would lack something of what the
    /// primary had when it was asked is refused.
    package func changes(since position: StorePosition?, limit: Int) async throws(StoreError) -> StoreChanges {
        let primary = try await commonPrimary()
        if let position, let told = try await told(behind: position, limit: limit) {
            let isContinuous = position.election == primary.election && told.changes.count <= limit
            return StoreChanges(
                position: StorePosition(token: told.token, election: primary.election),
                changed: isContinuous ? told.changes.documents : nil)
        }
        let request = ChangesRequest(collections: Self.followed, limit: 1)
        let token = try await attempt { () async throws(MongoError) in
            try await pool.changes(request, into: ()) { _, _ in }.position
        }
        return StoreChanges(position: StorePosition(token: token, election: primary.election), changed: nil)
    }

    private static let followed = ["ro_tasks", "vnfrs"]
    /// How often it is looked whether the majority has what the primary has, and how long in between: a write that is
    /// just under way takes some milliseconds, or the 100 ms after which mongod flushes its journal.
    private static let (looks, pause) = (100, Duration.milliseconds(10))

    /// The primary, once a majority has all that it had when it was first asked.
    private func commonPrimary() async throws(StoreError) -> PrimaryState {
        var first: UInt64?
        for _ in 0..<Self.looks {
            let primary = try await attempt { () async throws(MongoError) in try await pool.primary() }
            guard let primary else { throw Self.refusal("it is no replica set") }
            let last = first ?? primary.last
            if primary.common >= last { return primary }
            first = last
            try? await Task.sleep(for: Self.pause)
        }
        throw Self.refusal("a majority lacks what the primary has")
    }

    /// `nil` if the server does not know the position any more.
    private func told(
        behind position: StorePosition, limit: Int
    ) async throws(StoreError) -> (changes: ToldChanges, token: [UInt8])? {
        let request = ChangesRequest(collections: Self.followed, position: position.token, limit: limit + 1)
        do throws(MongoError) {
            let told = try await pool.changes(request, into: ToldChanges()) { $0.take($1) }
            return (told.result, told.position)
        } catch  where error.kind == .command {
            return nil
        } catch {
            throw StoreError(error)
        }
    }

    private static func refusal(_ reason: String) -> StoreError {
        StoreError(attempted: "follow changes", reason: reason, isRetriable: true)
    }
}

/// The changes of one answer.
private struct ToldChanges: Sendable {
    private(set) var count = 0
    /// `nil` once something happened to a collection as a whole.
    private(set) var documents: ChangedDocuments? = ChangedDocuments()

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        count += 1
        do throws(BSONError) {
            let change = try BSONView(validating: bytes)
            let operation = try change.element("operationType")?.string() ?? ""
            guard ["insert", "update", "replace", "delete"].contains(operation) else {
                documents = nil
                return
            }
            if try change.element("ns")?.document?.element("coll")?.string() == "ro_tasks" {
                documents?.tasks = true
            } else if let id = try change.element("documentKey")?.document?.element("_id")?.utf8 {
                documents?.records.append(ResourceID(utf8: id))
            }
        } catch {
            documents = nil
        }
    }
}
