// SPDX-License-Identifier: Apache-2.0

import Mongo
import Records

/// One account's part of the floor.
struct Account: Sendable {
    let pages: CloudPages
    let records: [String]
}

/// One cycle without any thought: reads what a cycle reads and sends what it is given.
struct FloorCycle: Sendable {
    let accounts: [Account]
    let bulks: [[BulkUpdate]]
    let store: MongoStore

    /// As many accounts at a time as the pipeline asks unless told otherwise.
    private static let accountsInFlight = 8

    struct Done: Sendable {
        var pages = 0
        var pageBytes = 0
        var documents = 0
        var documentBytes = 0
        var updates = 0
        var updateBytes = 0

        static func + (left: Done, right: Done) -> Done {
            Done(
                pages: left.pages + right.pages, pageBytes: left.pageBytes + right.pageBytes,
                documents: left.documents + right.documents,
                documentBytes: left.documentBytes + right.documentBytes, updates: left.updates + right.updates,
                updateBytes: left.updateBytes + right.updateBytes
            )
        }
    }

    func run() async throws -> Done {
        _ = try await store.version()
        let tasks = try await store.readTasks(into: Done()) { $0.count($1) }
        _ = try await store.accounts()
        return try await withThrowingTaskGroup(of: Done.self) { group in
            group.addTask { try await write() }
            var waiting = accounts[...]
            for _ in 0..<Self.accountsInFlight {
                if let account = waiting.popFirst() { group.addTask { try await read(account) } }
            }
            var sum = tasks
            while let done = try await group.next() {
                sum = sum + done
                if let account = waiting.popFirst() { group.addTask { try await read(account) } }
            }
            return sum
        }
    }

    private func read(_ account: Account) async throws -> Done {
        var done = try await store.readRecords(ids: account.records, into: Done()) { $0.count($1) }
        let fetched = try await account.pages.fetch()
        done.pages += fetched.pages
        done.pageBytes += fetched.bytes
        return done
    }

    private func write() async throws -> Done {
        var done = Done()
        for bulk in bulks {
            let result = try await store.pool.bulkUpdate(collection: "vnfrs", bulk)
            guard result.matched == bulk.count else {
                throw BenchError(description: "\(result.matched) of \(bulk.count) updates found their record")
            }
            done.updates += bulk.count
            done.updateBytes += bulk.reduce(0) { $0 + $1.filter.count + $1.update.count }
        }
        return done
    }
}

extension FloorCycle.Done {
    fileprivate mutating func count(_ document: UnsafeRawBufferPointer) {
        documents += 1
        documentBytes += document.count
    }
}
