// SPDX-License-Identifier: Apache-2.0

import Inventory
package import Logging
package import Records
import Support
import Values

/// What the database told of changes to records and tasks, so that what did not change need not be read again.
///
/// It only ever saves work: where it has nothing to say, everything is read, and a change that it should have missed is
/// found when everything is compared in full. Nothing is decided on it: what is compared or written is read before.
package actor ChangeJournal {
    /// A moment up to which all changes were told.
    struct Mark: Sendable {
        fileprivate let epoch: Int
        fileprivate let number: Int
    }

    private let store: any RecordStore
    private let limit: Int
    private let freshFor: Double
    private let now: @Sendable () -> Double
    private let logger: Logger
    private let turn = AsyncSemaphore(permits: 1)
    /// How often the store was asked, and when last.
    private var asked = 0
    private var askedAt = -Double.infinity
    /// Whether its last answer told; `nil` before the first.
    private var tells: Bool?

    private var position: StorePosition?
    /// Another one each time that anything may have changed.
    private var epoch = 0
    /// Of the last change.
    private var number = 0
    private var lastTask = 0
    private var numbers = RecordNumbers()
    /// The records, each with the number of its last change.
    private var records: [(id: ResourceID, changed: Int)] = []

    /// - Parameters:
    ///   - limit: the changes that are kept, of one record the last. When there are more, all records are read.
    ///   - freshFor: seconds for which an answer is good enough; much less than a cloud takes to be asked.
    ///   - now: seconds since 1970.
    package init(
        store: any RecordStore, limit: Int = 32_768, freshFor: Double = 0.1, now: @escaping @Sendable () -> Double,
        logger: Logger
    ) {
        self.store = store
        self.limit = limit
        self.freshFor = freshFor
        self.now = now
        self.logger = logger
    }

    /// Takes in all that changed up to now; `nil` if the store cannot tell. Those who ask at the same time are answered
    /// together.
    func mark() async -> Mark? {
        if abs(now() - askedAt) < freshFor { return lastMark }
        let before = asked
        do throws(CancellationError) { try await turn.acquire() } catch { return nil }
        defer { turn.release() }
        // Otherwise somebody asked after this call began.
        if asked == before {
            asked += 1
            let start = now()
            await ask()
            askedAt = start
        }
        return lastMark
    }

    /// The moment of the last answer; `nil` if it did not tell.
    var lastMark: Mark? { tells == true ? Mark(epoch: epoch, number: number) : nil }

    /// The records of the list that may have changed since, by their numbers; `nil` if that may be all of them.
    func touched(in list: WatchList, since mark: Mark?) -> [Int]? {
        guard let mark, mark.epoch == epoch else { return nil }
        guard mark.number < number else { return [] }
        if records.count < list.records.count {
            return records.compactMap { $0.changed > mark.number ? list.record($0.id) : nil }
        }
        return list.records.filter { record in
            numbers[list.vnfrID(ofRecord: record)].map { records[$0].changed > mark.number } ?? false
        }
    }

    /// Whether no task is known to have changed since.
    func tasksAreUntouched(since mark: Mark?) -> Bool {
        guard let mark else { return false }
        return mark.epoch == epoch && lastTask <= mark.number
    }

    private func ask() async {
        do throws(StoreError) {
            let told = try await store.changes(since: position, limit: limit)
            if tells != true { logger.info("changes of records are followed: what did not change is not read again") }
            position = told.position
            note(told.changed)
            tells = true
        } catch {
            // The database's words may be others each time.
            let level: Logger.Level = tells == false ? .debug : .info
            logger.log(level: level, "all records are read in each cycle: \(error)")
            tells = false
            // What piled up since then may be more than can be told in time.
            position = nil
        }
    }

    private func note(_ changed: ChangedDocuments?) {
        guard let changed, records.count + changed.records.count <= limit else {
            epoch += 1
            (numbers, records) = (RecordNumbers(), [])
            return
        }
        number += 1
        if changed.tasks { lastTask = number }
        for id in changed.records {
            let record = numbers.insert(id)
            if record == records.count { records.append((id, number)) } else { records[record].changed = number }
        }
    }
}
