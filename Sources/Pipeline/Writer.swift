// SPDX-License-Identifier: Apache-2.0

import Inventory
import Logging
import Records
import Values

/// The fourth stage: gathers updates of all accounts into unordered bulk writes, and confirms what became of them
/// before anything is logged or counted as written.
struct Writer: Sendable {
    private let store: any RecordStore
    private let configuration: PipelineConfiguration
    private let lease: WriterLease?
    private let report: CycleReport

    init(_ pipeline: Pipeline, _ report: CycleReport) {
        store = pipeline.store
        configuration = pipeline.configuration
        lease = pipeline.lease
        self.report = report
    }

    enum Event: Sendable {
        case updates([GuardedUpdate])
        /// Half of the time for which updates may wait for others has passed since it was asked for.
        case tick
        case end

        /// What counts for how much may wait.
        var weight: Int { if case .updates(let updates) = self { updates.count } else { 0 } }
    }

    /// Writes what arrives until there is no more. Runs outside the scope that a stop cancels.
    ///
    /// - Parameter alarm: asks for a tick. Asking twice gives one or two of them.
    func run(_ events: some AsyncSequence<Event, Never>, _ alarm: () -> Void) async {
        let linger = Duration.seconds(configuration.writerLinger)
        var bulk = Bulk(updates: configuration.writerBatch, bytes: configuration.writerBytes)
        gathering: for await event in events {
            switch event {
            case .updates(let updates):
                for update in updates {
                    if !bulk.hasRoom(for: update) { await write(&bulk) }
                    if bulk.start == nil { alarm() }
                    bulk.add(update, at: .now)
                }
                if bulk.isFull || linger == .zero { await write(&bulk) }
            case .tick:
                guard let start = bulk.start else { continue }
                if .now - start >= linger / 2 { await write(&bulk) } else { alarm() }
            case .end: break gathering
            }
        }
        // Without `end` everything was cancelled: then the store refuses, and says so.
        await write(&bulk)
    }

    private func write(_ bulk: inout Bulk) async {
        guard bulk.received > 0 else { return }
        let (updates, received) = bulk.take()
        await write(updates)
        report.ended(received)
    }

    private func write(_ bulk: [GuardedUpdate]) async {
        switch await lease?.standing() {
        case nil, .writer?: break
        case .reader?:
            report.note(
                Finding(.storeFailed, bulk.map(\.update).subject, "not written: another instance is the writer"))
            return
        case .unknown(let error)?:
            report.note(
                Finding(
                    .storeFailed, bulk.map(\.update).subject, "not written, the lease has ended: \(error)"))
            return
        }
        report.update { $0.bulks += 1 }
        do throws(StoreError) {
            let result = try await store.apply(bulk)
            if result.matched == bulk.count, result.errors.isEmpty {
                report.wrote(bulk, isDryRun: false)
            } else {
                try await confirm(bulk, matched: result.matched, errors: result.errors)
            }
        } catch {
            await settle(bulk, after: error)
        }
    }

    /// A bulk whose outcome is not known is looked at again; what cannot be confirmed is recomputed in the next cycle.
    private func settle(_ bulk: [GuardedUpdate], after error: StoreError) async {
        if error.outcomeIsUnknown {
            do throws(StoreError) {
                try await confirm(bulk, after: error)
                return
            } catch {
                report.note(Finding(.storeFailed, bulk.map(\.update).subject, "their outcome is not known: \(error)"))
            }
        }
        report.note(Finding(.writeFailed, bulk.map(\.update).subject, "\(error); recomputed in the next cycle"))
    }

    /// Reads the records of a bulk again and tells which updates are in them.
    ///
    /// - Parameters:
    ///   - matched: how many were applied, if that is known. If none was, what a record holds is others' doing.
    ///   - failure: why it is not known what became of the bulk; `nil` if all of it was tried.
    private func confirm(
        _ bulk: [GuardedUpdate], matched: Int? = nil, errors: [Int: String] = [:], after failure: StoreError? = nil
    ) async throws(StoreError) {
        let ids = bulk.compactMap(\.id?.description)
        let records = try await store.readRecords(ids: ids, .whole, into: [ResourceID: [UInt8]]()) { result, bytes in
            if let id = try? recordID(of: bytes) { result[id] = Array(bytes) }
        }
        for (position, guarded) in bulk.enumerated() {
            let update = guarded.update
            let subject = update.subject
            if let error = errors[position] {
                report.note(Finding(.writeFailed, subject, error))
            } else if matched != 0, let record = guarded.id.flatMap({ records[$0] }),
                update.isApplied(in: record)
            {
                report.wrote([guarded], isDryRun: false)
            } else if let failure {
                report.note(Finding(.writeFailed, subject, "\(failure); recomputed in the next cycle"))
            } else {
                report.update { $0.racesLost += 1 }
                report.note(Finding(.raceLost, subject, "it changed since it was read; recomputed in the next cycle"))
            }
        }
    }
}

extension RecordUpdate {
    /// What a finding about it names.
    fileprivate var subject: String { "vnfr \(id.string ?? "?") of \([self].accounts)" }
}

extension [RecordUpdate] {
    /// The accounts of which something would be written.
    fileprivate var accounts: String {
        let ids = Set(flatMap(\.vdus).map(\.record.account)).sorted()
        return "VIM account\(ids.count == 1 ? "" : "s") \(ids.joined(separator: ", "))"
    }

    /// What a finding about a whole bulk names: all accounts and the first records.
    fileprivate var subject: String {
        guard count > 1 else { return first?.subject ?? "no update" }
        let ids = prefix(10).map { $0.id.string ?? "?" }.joined(separator: ", ")
        return "\(count) updates of \(accounts): vnfr \(ids)\(count > 10 ? ", …" : "")"
    }
}
