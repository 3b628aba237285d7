// SPDX-License-Identifier: Apache-2.0

import Inventory
import Support
import Values

/// Judges one write by what was in the record, what is in it now, and what the ledger knows. It does not ask how the
/// write came about.
struct WriteJudge {
    private let world: ChaosWorld
    private let write: InterleavingStore.Write
    private let before: Object
    private let after: Object

    /// What is wrong with a write that was applied.
    static func complaints(about write: InterleavingStore.Write, in world: ChaosWorld) -> [String] {
        guard write.isApplied else { return [] }
        guard let before = write.before, let after = write.after else {
            return ["a record appeared or vanished by a write: \(write.update.id)"]
        }
        let judge = WriteJudge(world: world, write: write, before: before, after: after)
        let all = [judge.exactness, judge.staleness, judge.places, judge.deletions, judge.lostInterfaces]
        return all.joined().map { "write to vnfr \(before.id): \($0)" }
    }

    // MARK: What is written is what is logged

    private var exactness: [String] {
        let update = write.update
        var complaints: [String] = []
        var expected = Value.object(before)
        for change in update.changes { expected.set(change.new, at: change.path.components[...]) }
        if !expected.isIdentical(to: .object(after)) {
            complaints.append("the record is not what it was with these changes: \(update.changes)")
        }
        let logged = update.vdus.flatMap(\.changes)
        if Set(logged.map(\.path)) != Set(update.changes.map(\.path)) {
            complaints.append("other fields are logged than written: \(logged)")
        }
        for change in logged where !Value.same(change.new, Value.object(after).value(at: change.path)) {
            complaints.append("\(change) is logged and not what is written")
        }
        return complaints
    }

    // MARK: Nobody's change is overwritten

    private var staleness: [String] {
        write.update.changes.compactMap { change in
            let current = Value.object(before).value(at: change.path)
            let wasSeen = write.read.contains { record in
                Value.same(Value.object(record).value(at: change.path), current)
            }
            return wasSeen ? nil : "\(change) overwrites \(current?.summary ?? "(absent)"), which was never read"
        }
    }

    // MARK: Each VDU gets its own

    private var places: [String] {
        let indexes = Set(write.update.vdus.map(\.record.index))
        var complaints: [String] = []
        for path in write.update.changes.map(\.path.components) where path != ["ip-address"] {
            guard path.count > 2, path[0] == "vdur", let index = Int(path[1]), indexes.contains(index) else {
                complaints.append("it changes \(path)")
                continue
            }
        }
        for vdu in write.update.vdus { complaints += place(vdu) }
        return complaints
    }

    private func place(_ change: VDUChange) -> [String] {
        let (old, new) = (before["vdur"]?[change.record.index], after["vdur"]?[change.record.index])
        let key = "vim:\(change.record.account)"
        guard let vdu = old?["_id"]?.string, let info = old?["vim_info"]?[key] else {
            return ["there is no VDU at \(change.record)"]
        }
        var complaints: [String] = []
        if !world.ledger.withLock({ $0.belongs(change.serverID, to: vdu) }) {
            complaints.append("server \(change.serverID) never belonged to VDU \(vdu)")
        }
        let isOwn = change.changes.contains { $0.path.components.count > 1 }
        if isOwn, old?["status"]?.string == "DELETING" { complaints.append("VDU \(vdu) is being deleted") }
        if let holder = info["vim_id"]?.string, holder.lowercased() != change.serverID.lowercased() {
            complaints.append("VDU \(vdu) holds server \(holder), not \(change.serverID)")
        }
        if let id = new?["vim_info"]?[key]?["vim_id"]?.string, id.lowercased() != change.serverID.lowercased() {
            complaints.append("VDU \(vdu) is given server \(id) instead of \(change.serverID)")
        }
        let details = new?["vim_info"]?[key]?["vim_details"]?.string ?? ""
        if details != info["vim_details"]?.string, !details.contains(change.serverID.lowercased()) {
            complaints.append("VDU \(vdu) gets the details of another server than \(change.serverID)")
        }
        if !Value.same(old?["vim-id"], new?["vim-id"]) { complaints.append("vim-id of VDU \(vdu) is changed") }
        return complaints
    }

    // MARK: Nothing is called gone that is there

    private var deletions: [String] {
        write.update.vdus.flatMap { change -> [String] in
            let key = "vim:\(change.record.account)"
            guard let old = before["vdur"]?[change.record.index], let new = after["vdur"]?[change.record.index],
                new["vim_info"]?[key]?["vim_status"]?.string == "DELETED",
                old["vim_info"]?[key]?["vim_status"]?.string != "DELETED"
            else { return [] }
            var complaints: [String] = []
            let id = change.serverID
            if world.isThere(server: id), !world.ledger.withLock({ $0.isApproved(id) }) {
                complaints.append("server \(id) is reported as deleted, and was there all the time")
            }
            if !change.isDeletion { complaints.append("the deletion of \(id) is not logged as one") }
            let (was, info) = (old["vim_info"]?[key], new["vim_info"]?[key])
            if !Value.same(was?["vim_details"], info?["vim_details"]) { complaints.append("vim_details are lost") }
            if was?["interfaces"]?.isTruthy ?? false, !(info?["interfaces_backup"]?.isTruthy ?? false) {
                complaints.append("interfaces are lost without a backup")
            }
            return complaints
        }
    }

    private var lostInterfaces: [String] {
        write.update.changes.compactMap { change in
            guard change.path.components.last == "vim_message", let message = change.new.string,
                message.hasPrefix("Interface "), message.hasSuffix(" deleted externally.")
            else { return nil }
            let id = String(message.dropFirst(10).prefix { $0 != " " })
            let index = Int(change.path.components[1]) ?? -1
            let server = write.update.vdus.first { $0.record.index == index }?.serverID ?? ""
            return world.isThere(port: id, on: server)
                ? "port \(id) is reported as deleted, and was there all the time" : nil
        }
    }
}

extension ChaosWorld {
    func judge(_ write: InterleavingStore.Write) {
        for complaint in WriteJudge.complaints(about: write, in: self) { complain(complaint) }
    }

    /// Whether a server was there during the whole cycle up to now.
    fileprivate func isThere(server id: String) -> Bool {
        server(id) != nil && !ledger.withLock { $0.wasAway(id) }
    }

    fileprivate func isThere(port id: String, on server: String) -> Bool {
        port(id)?["device_id"]?.string?.lowercased() == server.lowercased() && !ledger.withLock { $0.wasAway(id) }
    }
}

extension Value {
    static func same(_ left: Value?, _ right: Value?) -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (let left?, let right?): left.isIdentical(to: right)
        default: false
        }
    }

    /// Sets what is at a path that exists but for its last component.
    fileprivate mutating func set(_ value: Value, at path: ArraySlice<String>) {
        guard let key = path.first else {
            self = value
            return
        }
        switch self {
        case .object(var object):
            var member = object[key] ?? .null
            member.set(value, at: path.dropFirst())
            object[key] = member
            self = .object(object)
        case .array(var elements):
            guard let index = Int(key), elements.indices.contains(index) else { return }
            elements[index].set(value, at: path.dropFirst())
            self = .array(elements)
        default: break
        }
    }
}
