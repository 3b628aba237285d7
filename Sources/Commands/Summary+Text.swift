// SPDX-License-Identifier: Apache-2.0

import Foundation
import Inventory
import JSON
import Pipeline
import Values

extension CycleSummary {
    /// One line for the log.
    var line: String {
        let written = isDryRun ? "would write" : "wrote"
        var parts = [
            "cycle \(cycle) in \(seconds.formatted(.number.precision(.fractionLength(2)))) s",
            "\(accounts) accounts", "\(vmsWatched) VMs", "\(written) \(vdusWritten) VDUs (\(fieldsWritten) fields)",
        ]
        if deletions > 0 { parts.append("\(deletions) deleted") }
        if accountsFailed > 0 { parts.append("\(accountsFailed) accounts failed") }
        if accountsBusy > 0 { parts.append("\(accountsBusy) accounts still being asked") }
        if vmsHeld > 0 { parts.append("\(vmsHeld) VMs held") }
        if racesLost > 0 { parts.append("\(racesLost) races lost") }
        if isReadOnly { parts.append("read-only: another instance is the writer") }
        if wasStopped { parts.append("stopped") }
        return parts.joined(separator: ", ")
    }

    /// The whole summary for people.
    var text: String {
        var lines: [String] = []
        for vdu in changes {
            lines.append("\(vdu.name ?? "VDU") (\(vdu.record.vnfr) vdur.\(vdu.record.index))")
            lines += vdu.lines.map { "  \($0)" }
        }
        if vdusWritten > changes.count { lines.append("… and \(vdusWritten - changes.count) more VDUs") }
        lines += findings.map { "! \($0)" }
        lines.append(line)
        lines.append(
            "listed \(objectsListed) objects in \(pages) pages (\(bytesListed) bytes), \(vmsUnchanged) VMs unchanged, "
                + "\(vmsCompared) compared, \(proofs) proofs, \(bulks) bulk writes"
        )
        if isReadOnly { lines.append("read-only: another instance holds the writer's lease; nothing was written") }
        return lines.joined(separator: "\n")
    }

    /// The whole summary for programs.
    var json: String {
        let numbers: [(String, Int)] = [
            ("accounts", accounts), ("accounts_failed", accountsFailed), ("accounts_paused", accountsPaused),
            ("accounts_busy", accountsBusy),
            ("vms_watched", vmsWatched), ("vms_unchanged", vmsUnchanged), ("vms_compared", vmsCompared),
            ("vms_held", vmsHeld), ("vdus_written", vdusWritten), ("fields_written", fieldsWritten),
            ("deletions", deletions), ("bulk_writes", bulks), ("races_lost", racesLost), ("pages", pages),
            ("objects_listed", objectsListed), ("bytes_listed", bytesListed), ("proofs", proofs),
        ]
        var object: Object = [
            "cycle": .int(Int64(cycle)), "seconds": .double(seconds), "dry_run": .bool(isDryRun),
            "read_only": .bool(isReadOnly), "stopped": .bool(wasStopped), "all_well": .bool(isAllWell),
            "could_not_run": .bool(couldNotRun),
        ]
        for (key, value) in numbers { object[key] = .int(Int64(value)) }
        object["findings_by_code"] = .object(
            Object(
                uniqueMembers: counts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                    .init(key: $0.key.rawValue, value: .int(Int64($0.value)))
                }
            )
        )
        var details: Object = [:]
        for (kind, count) in kinds.sorted(by: { ($0.key.detail ?? "") < ($1.key.detail ?? "") }) {
            guard let detail = kind.detail else { continue }
            var counts = details[kind.code.rawValue]?.object ?? [:]
            counts[detail] = .int(Int64(count))
            details[kind.code.rawValue] = .object(counts)
        }
        object["findings_by_detail"] = .object(details)
        object["findings"] = .array(
            findings.map {
                [
                    "code": .string($0.code.rawValue), "detail": $0.detail.map(Value.string) ?? .null,
                    "subject": .string($0.subject), "cause": .string($0.cause),
                ]
            }
        )
        object["held"] = .array(held.map { .object($0.object) })
        object["changes"] = .array(changes.map { .object($0.object) })
        return String(decoding: JSON.serialize(.object(object)), as: UTF8.self)
    }
}

extension MissingVM {
    fileprivate var object: Object {
        [
            "vnfr": .string(record.vnfr), "vdur": .int(Int64(record.index)), "vim_account": .string(record.account),
            "server": .string(serverID), "name": name.map(Value.string) ?? .null,
        ]
    }
}

extension VDUChange {
    fileprivate var object: Object {
        [
            "vnfr": .string(record.vnfr), "vdur": .int(Int64(record.index)), "vim_account": .string(record.account),
            "server": .string(serverID), "name": name.map(Value.string) ?? .null, "deletion": .bool(isDeletion),
            "fields": .array(
                changes.map {
                    ["path": .string($0.path.description), "old": $0.old ?? .null, "new": $0.new]
                }
            ),
        ]
    }
}
