// SPDX-License-Identifier: Apache-2.0

import Inventory
package import Logging
import Records
import Support

/// Collects what happens in a cycle, from all its stages. The service has one for all its cycles, of which each takes what
/// happened in its time.
package final class CycleReport: Sendable {
    private struct Content {
        var summary: CycleSummary
        /// When the cycle began; `nil` between two cycles.
        var start: Double?
        /// Polls, what they handed on, and updates whose fate is not known yet.
        var underWay = 0
        var whenIdle: AsyncStream<Never>.Continuation?
    }

    private let content: Locked<Content>
    private let isDryRun: Bool
    private let logger: Logger
    /// That of the logger, if it takes notes as they are.
    private let noteHandler: (any NoteHandler)?
    /// So many findings are kept with their text; all are counted and logged.
    private static let kept = 200

    package init(cycle: Int, isDryRun: Bool, logger: Logger) {
        content = Locked(Content(summary: CycleSummary(cycle: cycle, isDryRun: isDryRun)))
        self.isDryRun = isDryRun
        self.logger = logger
        noteHandler = logger.handler as? any NoteHandler
    }

    package var summary: CycleSummary { content.withLock { $0.summary } }

    func update(_ body: (inout CycleSummary) -> Void) { content.withLock { body(&$0.summary) } }

    // MARK: Cycles

    /// Begins a cycle, which itself counts as under way.
    ///
    /// - Returns: a stream without elements that ends when nothing is under way any more.
    func begin(at start: Double) -> AsyncStream<Never> {
        let (idle, continuation) = AsyncStream.makeStream(of: Never.self)
        content.withLock { content in
            content.start = start
            content.underWay += 1
            content.whenIdle = continuation
        }
        return idle
    }

    /// Ends the cycle, if there is one: what happens from now on belongs to the next.
    func end(at now: Double) -> CycleSummary? {
        content.withLock { content in
            guard let start = content.start.take() else { return nil }
            var summary = content.summary
            summary.seconds = now - start
            content.summary = CycleSummary(cycle: summary.cycle + 1, isDryRun: isDryRun)
            return summary
        }
    }

    func began(_ count: Int = 1) { content.withLock { $0.underWay += count } }

    func ended(_ count: Int = 1) {
        let idle = content.withLock { content in
            content.underWay -= count
            return content.underWay == 0 ? content.whenIdle.take() : nil
        }
        idle?.finish()
    }

    // MARK: What happens

    func note(_ finding: Finding) {
        update { summary in
            summary.kinds[finding.kind, default: 0] += 1
            if summary.findings.count < Self.kept { summary.findings.append(finding) }
        }
        var metadata: Logger.Metadata = ["code": "\(finding.code.rawValue)", "subject": "\(finding.subject)"]
        if let detail = finding.detail { metadata["detail"] = "\(detail)" }
        logger.log(level: finding.code.isFailure ? .warning : .info, "\(finding.cause)", metadata: metadata)
    }

    func note(_ findings: [Finding]) {
        for finding in findings { note(finding) }
    }

    func noteAccountFailure(_ finding: Finding) {
        note(finding)
        update { $0.accountsFailed += 1 }
    }

    /// Whether the log shows what was written.
    var logsWrites: Bool { logger.logLevel <= .info }

    /// One line per VDU that was written.
    func wrote(_ updates: some Sequence<GuardedUpdate>, isDryRun: Bool) {
        var (vdus, fields, deletions, changes) = (0, 0, 0, [VDUChange]())
        let (room, logsWrites) = (max(0, Self.kept - summary.changes.count), logsWrites)
        for update in updates {
            update.lentVDUs { vdu in
                vdus += 1
                fields += vdu.fields
                if vdu.isDeletion { deletions += 1 }
                if logsWrites { log(WriteNote(vdu, isDryRun: isDryRun)) }
            }
            if changes.count < room { changes += update.update.vdus.map(\.alone) }
        }
        self.update { summary in
            summary.vdusWritten += vdus
            summary.fieldsWritten += fields
            summary.deletions += deletions
            summary.changes += changes.prefix(max(0, Self.kept - summary.changes.count))
        }
    }

    private func log(_ note: WriteNote) {
        if let noteHandler { return noteHandler.log(note) }
        logger.info("\(note.message)", metadata: note.metadata)
    }
}
