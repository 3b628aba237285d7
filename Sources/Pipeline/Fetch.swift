// SPDX-License-Identifier: Apache-2.0

import AsyncAlgorithms
import Inventory
import Logging
import OpenStack
import Records
import Support
import Values

/// The second stage: asks each account's cloud for its servers and ports, several accounts at a time.
struct Fetch: Sendable {
    let pipeline: Pipeline
    let report: CycleReport
    let observed: AsyncChannel<ObservedAccount>

    init(_ pipeline: Pipeline, _ report: CycleReport, into observed: AsyncChannel<ObservedAccount>) {
        self.pipeline = pipeline
        self.report = report
        self.observed = observed
    }

    /// Begins a cycle: every account that is not being asked already is asked when its moment has come and there is a
    /// place for it, or at once without a schedule. Returns when all have been begun; `polls` waits for their ends.
    func begin(in polls: inout DiscardingTaskGroup, _ schedule: Schedule? = nil) async {
        guard let pipeline = await pipeline.admitted(report),
            let accounts = await pipeline.discovery.run(report: report)
        else { return }
        await pipeline.removeStaleHolds(report)
        for work in accounts {
            report.update { $0.accounts += 1 }
            guard pipeline.places.begin(work.state.id) else {
                report.update { $0.accountsBusy += 1 }
                report.note(
                    Finding(
                        .vimSlow, work.state.subject,
                        "it is still being asked, or waits for a place; not asked once more"))
                continue
            }
            report.began()
            let fetch = Fetch(pipeline, report, into: observed)
            // Without a schedule accounts are asked in order: each begins when there is a place for it.
            let turn = schedule == nil ? try? await pipeline.places.take(slow: work.state.isSlow) : nil
            polls.addTask {
                defer { turn?.leave() }
                do throws(CancellationError) { try await fetch.poll(work, schedule, turn) } catch {
                    report.update { $0.wasStopped = true }
                }
                pipeline.places.end(work.state.id)
                report.ended()
            }
        }
    }

    private func poll(_ work: AccountWork, _ schedule: Schedule?, _ turn: Place?) async throws(CancellationError) {
        let (state, timeline) = (work.state, pipeline.timeline)
        if let schedule { try await timeline.sleep(schedule.moment(of: state.id)) }
        let standing = await state.standing(now: pipeline.now())
        if case .open(let until) = standing.state { return leaveAlone(state, until: until, standing) }
        let place = if let turn { turn } else { try await pipeline.places.take(slow: state.isSlow) }
        defer { place.leave() }
        let start = timeline.now()
        await withTaskGroup { group in
            if let schedule {
                group.addTask {
                    do throws(CancellationError) { try await timeline.sleep(start + schedule.patience) } catch {
                        return
                    }
                    place.leave()
                }
            }
            await ask(work, carefully: standing.state == .halfOpen)
            group.cancelAll()
        }
        await state.took(timeline.now() - start, patience: schedule?.patience ?? .infinity)
    }

    private func leaveAlone(
        _ state: AccountState, until: Double, _ standing: (state: Breaker.State, failures: Int, cause: String)
    ) {
        let failures = standing.failures == 1 ? "a failure" : "\(standing.failures) failures in a row"
        let why = standing.failures > 0 ? "after \(failures)" : "as it wants"
        let seconds = Int((until - pipeline.now()).rounded(.up))
        report.update { $0.accountsPaused += 1 }
        report.note(
            Finding(
                .vimFailed, state.subject,
                "left alone \(why), asked again in \(seconds) s; the last: \(standing.cause)", detail: "paused"
            )
        )
    }

    /// - Parameter carefully: with a small request before all others.
    private func ask(_ work: AccountWork, carefully: Bool) async {
        let state = work.state
        do {
            await state.vim.beginCycle()
            if carefully { try await state.vim.probe() }
            let seen = try await AccountObserver(pipeline, work, report).observe()
            await state.succeeded()
            await observed.send(seen)
            // What it holds until it is compared is bounded by the places that accounts have.
            for await _ in seen.end {}
        } catch {
            await pipeline.heed(error, of: state, report)
        }
    }
}

extension Pipeline {
    /// Notes why an account could not be asked or compared to its end.
    func heed(_ error: any Error, of state: AccountState, _ report: CycleReport) async {
        switch error {
        case is CancellationError: report.update { $0.wasStopped = true }
        case let error as VIMError where error.code == .cancelled: report.update { $0.wasStopped = true }
        case let error as VIMError:
            await state.failed(error, now: now(), chance: chance())
            report.noteAccountFailure(
                Finding(.vimFailed, state.subject, "\(error.attempted): \(error.reason)", detail: error.code.word))
        default: report.noteAccountFailure(Finding(.storeFailed, state.subject, "\(error)"))
        }
    }
}

extension AccountState {
    /// What a finding about the account names.
    nonisolated var subject: String { "VIM account \(id) (\(name))" }
}
