// SPDX-License-Identifier: Apache-2.0

import AsyncAlgorithms
import Inventory
import OpenStack
import Records
import Support
import Values

/// The third stage: reads the records of each account for which anything may have changed, compares each while the database
/// lends it, and hands the updates on.
struct Compare: Sendable {
    private let report: CycleReport

    init(_ report: CycleReport) { self.report = report }

    /// Compares until there is nothing more to come, accounts beside each other.
    func run(
        _ observed: AsyncChannel<ObservedAccount>, into updates: consuming Pipeline.WriterChannel.Source?
    ) async {
        guard var updates else { return }
        await withDiscardingTaskGroup { accounts in
            for await account in observed {
                report.began()
                var source = Optional(updates.makeAdditionalSource())
                accounts.addTask {
                    await CompareAccount(account).run(into: source.take())
                    account.finish()
                    report.ended()
                }
            }
        }
        // Unless everything is cancelled; then the channel ends.
        try? await updates.send(.end)
    }
}

/// The comparison of one account, some records at a time.
private struct CompareAccount {
    private let observed: ObservedAccount
    private let comparison: AccountComparison

    init(_ observed: ObservedAccount) {
        self.observed = observed
        comparison = AccountComparison(observed)
    }

    private var observer: AccountObserver { observed.observer }
    private var state: AccountState { observer.work.state }
    private var report: CycleReport { observer.report }
    private var watch: Watch { observed.watch }

    /// - Parameter updates: waits while the writer is busy.
    func run(into updates: consuming Pipeline.WriterChannel.Source?) async {
        report.update { $0.vmsUnchanged += observed.sighted.unchanged }
        do {
            if let updates { try await compare(into: updates) }
        } catch {
            await observer.pipeline.heed(error, of: state, report)
        }
    }

    private func compare(into updates: consuming Pipeline.WriterChannel.Source) async throws {
        // All that are read together would wait for them.
        try await learn(comparison.firstFlavors())
        for part in observed.sighted.due.chunked(by: PipelineConfiguration.recordsTogether) {
            try Task.checkCancellation()
            let needed = try await compare(Array(part))
            if needed.isEmpty { continue }
            if observer.configuration.isDryRun(state) {
                report.wrote(needed, isDryRun: true)
                continue
            }
            report.began(needed.count)
            do {
                // A few would keep the memory of all until they are written.
                try await updates.send(.updates(needed.count * 4 < part.count ? needed.map(\.alone) : needed))
            } catch {
                // Everything is cancelled: the updates are recomputed another time.
                report.ended(needed.count)
                throw error
            }
        }
    }

    /// The updates that some records need.
    private func compare(_ records: [Int]) async throws -> [GuardedUpdate] {
        var updates: [GuardedUpdate] = []
        var part = try await read(records)
        while true {
            try await learn(part.flavors)
            updates += part.updates
            report.update { summary in
                summary.vmsCompared += part.vms.compared
                summary.vmsUnchanged += part.vms.unchanged
            }
            await state.note(part.compared, in: watch.records.roster.list)
            if part.waiting.isEmpty { return updates }
            for (record, read) in part.waiting { comparison.compare(record, read) }
            part = comparison.takePart()
        }
    }

    /// Looks flavours up by their names.
    private func learn(_ flavors: Set<String>) async throws {
        guard !flavors.isEmpty else { return }
        for name in flavors { comparison.learn(name, try await self.flavors(named: name)) }
        // Who was asked for flavours has to be still the one that was listed.
        try await observer.confirm(observed.identity)
    }

    private func flavors(named name: String) async throws -> Result<[String], VIMError> {
        do throws(VIMError) { return .success(try await state.vim.flavorIDs(named: name)) } catch {
            if error.code == .cancelled { throw error }
            await state.heed(error, now: observer.now())
            return .failure(error)
        }
    }

    /// Compares records while they are read, those whose bytes were kept at once.
    ///
    /// What was remembered of a VM says nothing about a record that changed while the cloud was asked: such a record is
    /// left to the next cycle.
    private func read(_ records: [Int]) async throws -> AccountComparison.Part {
        try await observer.pipeline.comparing.acquire()
        defer { observer.pipeline.comparing.release() }
        var missing: [Int] = []
        for record in records {
            guard let read = watch.changed[record] else {
                missing.append(record)
                continue
            }
            comparison.compare(record, read)
        }
        guard !missing.isEmpty else { return comparison.takePart() }
        let (key, known, list) = (observer.digestKey, watch.records, watch.records.roster.list)
        let reading = Reading(comparison)
        let read = try await observer.store.readRecords(
            ids: missing.map(list.id(ofRecord:)), .whole, into: reading
        ) { reading, bytes in
            guard let id = try? recordID(of: bytes), let record = list.record(id) else { return }
            let (checksum, known) = (key.checksum(bytes), known.checksums[record])
            guard known == nil || checksum == known else { return }
            reading.records.append(record)
            reading.comparison.compare(record, bytes, checksum: checksum, isChecked: known != nil)
        }
        await lose(missing, butNot: read.records)
        return comparison.takePart()
    }

    private struct Reading: Sendable {
        let comparison: AccountComparison
        var records: [Int] = []

        init(_ comparison: AccountComparison) { self.comparison = comparison }
    }

    /// Gives up the records that are not what they were.
    private func lose(_ records: [Int], butNot read: [Int]) async {
        guard read.count < records.count else { return }
        let list = watch.records.roster.list
        let changed = records.filter { !read.contains($0) }
        await state.distrust(changed, in: list)
        for record in changed {
            report.update { $0.racesLost += 1 }
            report.note(
                Finding(
                    .raceLost, "vnfr \(list.id(ofRecord: record)) of VIM account \(state.id)",
                    "it changed while its VIM was asked; compared in the next cycle"))
        }
    }
}

extension Array {
    func chunked(by size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
