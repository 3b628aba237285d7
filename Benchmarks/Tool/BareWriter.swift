// SPDX-License-Identifier: Apache-2.0

import Mongo
import Values

/// Bulk after bulk handed to libmongoc as it is, and nothing else.
struct BareWriter: Sendable {
    let pool: MongoPool
    let collection: String

    func send(_ bulks: [[BulkUpdate]]) async throws -> CycleAmount {
        var amount = CycleAmount()
        for bulk in bulks {
            let result = try await pool.bulkUpdate(collection: collection, bulk)
            guard result.matched == bulk.count else {
                throw BenchError(
                    description: "\(result.matched) of \(bulk.count) updates found their record in \(collection)")
            }
            amount.updates += bulk.count
            amount.updateBytes += bulk.reduce(0) { $0 + $1.filter.count + $1.update.count }
        }
        return amount
    }
}
