// SPDX-License-Identifier: Apache-2.0

import BSON
package import Values

/// One document of `ro_tasks`, read for what it says about a VM: which server belongs to which record, and what OSM
/// itself is doing to it.
///
/// One of each is kept, by the reading of its document and by the election in which it takes part.
package final class VDUTask: Sendable, Equatable {
    package let id: String
    package let record: RecordAddress
    package let server: ResourceID
    /// Seconds since 1970; `nil` if the document has none.
    package let createdAt: Double?
    /// Why nothing may be concluded from this task now, if so.
    package let blocked: Blocked?
    /// OSM itself deleted the server: its absence is no news.
    package let deletedByOSM: Bool

    package enum Blocked: Sendable, Equatable {
        case deleteUnderWay
        case pendingChange
    }

    package var serverID: String { server.description }

    package static func == (left: VDUTask, right: VDUTask) -> Bool {
        left === right
            || left.id.isIdentical(toText: right.id) && left.record == right.record && left.server == right.server
                && left.createdAt == right.createdAt && left.blocked == right.blocked
                && left.deletedByOSM == right.deletedByOSM
    }

    /// - Parameter first: the first entry of `tasks`; `nil` if that is no list, or an empty one.
    fileprivate init(
        id: String, document: Fields, first: Fields??, states: [TaskEntry], createdAt: Double?,
        accounts: inout Set<String>
    ) throws(Finding) {
        func malformed(_ cause: String) -> Finding {
            Finding(.taskMalformed, "ro_task \(id)", "\(cause); its VM is not watched")
        }
        guard let target = document.text("target_id"), target.hasPrefix("vim:") else {
            throw malformed("target_id is not \"vim:<account>\"")
        }
        guard let first else { throw malformed("tasks is not a list of tasks") }
        guard let text = first?.text("target_record") else { throw malformed("tasks[0] has no target_record") }
        guard let record = RecordAddress(targetRecord: text) else {
            throw malformed("target_record \"\(text)\" is not vnfrs:<vnfr>:vdur.<index>.vim_info.vim:<account>")
        }
        guard record.vimKey.isIdentical(toText: target) else {
            throw malformed("target_record \"\(text)\" names another VIM than target_id \"\(target)\"")
        }
        guard let serverID = document.fields("vim_info")?.text("vim_id"), !serverID.isEmpty else {
            throw malformed("vim_info.vim_id holds no server id")
        }
        let deletes = states.filter { $0.action == "DELETE" }
        self.id = id
        self.record = record.sharing(&accounts)
        server = ResourceID(serverID)
        self.createdAt = createdAt
        deletedByOSM = deletes.contains { ["DONE", "FINISHED"].contains($0.status) }
        blocked =
            if deletes.contains(where: \.isUnderWay) {
                .deleteUnderWay
            } else if states.dropFirst().contains(where: { $0.isPendingChange && $0.vdu == VDUAddress(record) }) {
                .pendingChange
            } else {
                nil
            }
    }
}

/// What OSM still has to do to a VDU: while it does, older tasks for the same VDU say nothing reliable.
package struct PendingChange: Sendable {
    package let taskID: String
    package let vdu: VDUAddress
    package let createdAt: Double?
}

/// What one document of `ro_tasks` amounts to.
package struct TaskReading: Sendable {
    /// `nil`: no VM to watch here; `.failure`: one to watch, but the document is broken.
    package var task: Result<VDUTask, Finding>?
    package var pending: [PendingChange] = []

    package init() {}
}

extension TaskReading {
    /// Reads a document of `ro_tasks`.
    ///
    /// A VM to watch is a document in which any `tasks[].status` is DONE and any `tasks[].item` is vdu, across
    /// elements, as OSM's own filter matches; the record is that of the first entry that is not null.
    ///
    /// - Parameter accounts: the ids of accounts that are known; one that is not is added. The tasks of an account keep
    ///   one text.
    package init(document: Fields, accounts: inout Set<String>) {
        let id = document.text("_id") ?? "(without _id)"
        guard let list = document.element("tasks") else { return }
        let elements = document.elements("tasks")
        let entries = (elements ?? [list]).filter { !$0.isNull }.map { document.fields(in: $0) }
        let createdAt = document.element("created_at")?.seconds
        let states = entries.compactMap { $0.map(TaskEntry.init) }

        for entry in states where entry.isPendingChange {
            if let vdu = entry.vdu { pending.append(PendingChange(taskID: id, vdu: vdu, createdAt: createdAt)) }
        }
        guard entries.contains(where: { $0?.matches("DONE", at: "status") ?? false }),
            entries.contains(where: { $0?.matches("vdu", at: "item") ?? false })
        else { return }
        do throws(Finding) {
            let first = elements == nil ? nil : entries.first
            let read = try VDUTask(
                id: id, document: document, first: first, states: states, createdAt: createdAt, accounts: &accounts)
            task = .success(read)
        } catch {
            task = .failure(error)
        }
    }
}

/// One entry of `tasks`, as far as it can be read.
private struct TaskEntry {
    let action: String?
    let status: String?
    let item: String?
    private let entry: Fields

    init(_ entry: Fields) {
        action = entry.text("action")
        status = entry.text("status")
        item = entry.text("item")
        self.entry = entry
    }

    /// The VDU that it names.
    var vdu: VDUAddress? { entry.text("target_record").flatMap(VDUAddress.init(prefixOf:)) }

    /// NG-RO's end states; everything else is still to come.
    var isUnderWay: Bool { !["DONE", "FAILED", "CANCELLED", "FINISHED", "SUPERSEDED"].contains(status) }
    /// A VM is about to be made, or something is about to be done to one.
    var isPendingChange: Bool { (action == "CREATE" && item == "vdu" || action == "EXEC") && isUnderWay }
}

extension BSONElement {
    /// A time stamp as OSM writes them.
    fileprivate var seconds: Double? { double ?? int.map { Double($0) } }
}
