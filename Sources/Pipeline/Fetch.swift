// SPDX-License-Identifier: Apache-2.0

import AsyncAlgorithms
import Inventory
import Logging
import OpenStack
import Records
import Values

/// The second stage: asks each account's cloud for its servers and ports, several accounts at a time.
struct Fetch: Sendable {
    let pipeline: Pipeline
    let report: CycleReport

    init(_ pipeline: Pipeline, _ report: CycleReport) {
        self.pipeline = pipeline
        self.report = report
    }

    private var now: Double { pipeline.now() }

    /// Takes accounts until there are no more, and hands on what each yields. A cancelled account yields nothing more.
    func run(_ accounts: AsyncChannel<AccountWork>, into observed: AsyncChannel<ObservedRecords>) async {
        for await work in accounts {
            if Task.isCancelled { return }
            await fetch(work, into: observed)
        }
    }

    private func fetch(_ work: AccountWork, into observed: AsyncChannel<ObservedRecords>) async {
        let state = work.state
        report.update { $0.accounts += 1 }
        if let pause = await state.pause(now: now) {
            report.update { $0.accountsPaused += 1 }
            report.note(
                Finding(
                    .vimFailed, "VIM account \(state.id) (\(state.name))",
                    "left alone after \(pause.failures) failures, tried again in \(Int(pause.until - now)) s"
                )
            )
            return
        }
        do {
            try await AccountObserver(pipeline, work, report).observe(into: observed)
            await state.succeeded()
        } catch is CancellationError {
            report.update { $0.wasStopped = true }
        } catch let error as VIMError where error.code == .cancelled {
            report.update { $0.wasStopped = true }
        } catch let error as VIMError {
            await state.failed(now: now, atLeast: error.retryAfter)
            report.noteAccountFailure(
                Finding(.vimFailed, "VIM account \(state.id) (\(state.name))", "\(error.attempted): \(error.reason)")
            )
        } catch {
            report.noteAccountFailure(
                Finding(.storeFailed, "VIM account \(state.id) (\(state.name))", "\(error)")
            )
        }
    }
}
