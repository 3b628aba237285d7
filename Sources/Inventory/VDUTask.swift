// SPDX-License-Identifier: Apache-2.0

package import Values

/// One document of `ro_tasks`, read for what it says about a VM: which server belongs to which record, and what OSM
/// itself is doing to it.
package struct VDUTask: Sendable, Equatable {
    package let id: String
    package private(set) var record: RecordAddress
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
}

extension VDUTask {
    package var serverID: String { server.description }

    fileprivate mutating func share(_ accounts: inout Set<String>) {
        let account = accounts.insert(record.account).memberAfterInsert
        // A set of texts takes canonically equivalent ones for equal; MongoDB does not.
        guard account.isIdentical(toText: record.account) else { return }
        record = RecordAddress(vnfr: record.vnfr, index: record.index, account: account)
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

    /// Takes over the account's id from those that are known, or adds it to them: the tasks of an account keep one text.
    package mutating func share(_ accounts: inout Set<String>) {
        guard case .success(var task)? = task else { return }
        task.share(&accounts)
        self.task = .success(task)
    }
}

extension TaskReading {
    /// Reads a document of `ro_tasks`.
    ///
    /// A VM to watch is a document in which any `tasks[].status` is DONE and any `tasks[].item` is vdu, across
    /// elements, as OSM's own filter matches; the record is that of the first entry that is not null.
    package init(document: Object) {
        let id = document["_id"]?.string ?? "(without _id)"
        guard let list = document["tasks"] else { return }
        let entries = list.array?.filter { !$0.isNull } ?? [list]
        let createdAt = document["created_at"]?.seconds
        let states = entries.compactMap(TaskEntry.init)

        pending = states.filter(\.isPendingChange).compactMap { entry in
            entry.vdu.map { PendingChange(taskID: id, vdu: $0, createdAt: createdAt) }
        }
        guard entries.contains(where: { ($0["status"] ?? .null).matches("DONE") }),
            entries.contains(where: { ($0["item"] ?? .null).matches("vdu") })
        else { return }
        task = Result { () throws(Finding) in
            try VDUTask(id: id, document: document, entries: list.array == nil ? [] : entries, createdAt: createdAt)
        }
    }
}

extension VDUTask {
    fileprivate init(id: String, document: Object, entries: [Value], createdAt: Double?) throws(Finding) {
        func malformed(_ cause: String) -> Finding {
            Finding(.taskMalformed, "ro_task \(id)", "\(cause); its VM is not watched")
        }
        guard let target = document["target_id"]?.string, target.hasPrefix("vim:") else {
            throw malformed("target_id is not \"vim:<account>\"")
        }
        guard let first = entries.first else { throw malformed("tasks is not a list of tasks") }
        guard let text = first["target_record"]?.string else { throw malformed("tasks[0] has no target_record") }
        guard let record = RecordAddress(targetRecord: text) else {
            throw malformed("target_record \"\(text)\" is not vnfrs:<vnfr>:vdur.<index>.vim_info.vim:<account>")
        }
        guard record.vimKey.isIdentical(toText: target) else {
            throw malformed("target_record \"\(text)\" names another VIM than target_id \"\(target)\"")
        }
        guard let serverID = document["vim_info"]?["vim_id"]?.string, !serverID.isEmpty else {
            throw malformed("vim_info.vim_id holds no server id")
        }
        let states = entries.compactMap(TaskEntry.init)
        let deletes = states.filter { $0.action == "DELETE" }
        self.id = id
        self.record = record
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

/// One entry of `tasks`, as far as it can be read.
private struct TaskEntry {
    let action: String?
    let status: String?
    let item: String?
    private let target: String?

    init?(_ value: Value) {
        guard case .object(let entry) = value else { return nil }
        action = entry["action"]?.string
        status = entry["status"]?.string
        item = entry["item"]?.string
        target = entry["target_record"]?.string
    }

    var vdu: VDUAddress? { target.flatMap(VDUAddress.init(prefixOf:)) }

    /// NG-RO's end states; everything else is still to come.
    var isUnderWay: Bool { !["DONE", "FAILED", "CANCELLED", "FINISHED", "SUPERSEDED"].contains(status) }
    /// A VM is about to be made, or something is about to be done to one.
    var isPendingChange: Bool { isUnderWay && (action == "CREATE" && item == "vdu" || action == "EXEC") }
}

extension Value {
    /// A time stamp as OSM writes them.
    fileprivate var seconds: Double? {
        switch self {
        case .double(let value): value
        case .int32(let value): Double(value)
        case .int64(let value): Double(value)
        default: nil
        }
    }
}
