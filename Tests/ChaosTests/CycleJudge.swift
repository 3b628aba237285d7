// SPDX-License-Identifier: Apache-2.0

import Inventory
import Pipeline
import Values

/// Judges whether a cycle reports what it did: no more, no less.
struct CycleJudge {
    let summary: CycleSummary
    let writes: [InterleavingStore.Write]

    var complaints: [String] {
        let reported = summary.changes
        if summary.isReadOnly || summary.couldNotRun || summary.isDryRun {
            return writes.isEmpty ? [] : ["it wrote though it may not: \(writes.count) updates"]
        }
        var complaints: [String] = []
        if summary.vdusWritten != reported.count {
            complaints.append("\(summary.vdusWritten) VDUs are counted, \(reported.count) are shown")
        }
        let fields = reported.reduce(0) { $0 + $1.changes.count }
        if summary.fieldsWritten != fields {
            complaints.append("\(summary.fieldsWritten) fields are counted, \(fields) are shown")
        }
        if summary.deletions != reported.count(where: \.isDeletion) {
            complaints.append("\(summary.deletions) deletions are counted, others are shown")
        }
        for write in writes where write.isApplied && !write.isObscured {
            for vdu in write.update.vdus where !reported.contains(where: { $0.isSame(as: vdu) }) {
                complaints.append("it wrote \(vdu.changes) to \(vdu.record) and does not say so")
            }
        }
        for vdu in reported {
            let own = writes.filter { write in write.update.vdus.contains { $0.isSame(as: vdu) } }
            if !own.contains(where: { $0.isApplied || $0.isObscured || $0.isCoincidence }) {
                complaints.append("it says that it wrote \(vdu.changes) to \(vdu.record), and did not")
            }
        }
        return complaints
    }
}

extension VDUChange {
    fileprivate func isSame(as other: VDUChange) -> Bool {
        record == other.record && serverID == other.serverID && changes.count == other.changes.count
            && zip(changes, other.changes).allSatisfy {
                $0.path == $1.path && Value.same($0.new, $1.new)
            }
    }
}
