// SPDX-License-Identifier: Apache-2.0

import Simulator
import Values

/// Judges whether records say what is real, once nothing goes wrong any more. The simulator's own understanding of the
/// records is the measure, and rules simpler than those under test decide what can be expected of a VDU.
struct TruthJudge {
    private let records: [Object]
    private let tasks: [Object]
    private let clouds: [String: SimulatedCloud]
    private let truths: [String: Truth]
    private let ledger: Ledger

    /// - Parameter clouds: by the account that speaks of each.
    init(records: [Object], tasks: [Object], clouds: [String: SimulatedCloud], ledger: Ledger) {
        self.ledger = ledger
        self.records = records
        self.tasks = tasks
        self.clouds = clouds
        truths = clouds.mapValues(Truth.init)
    }

    /// What is not as it should be, and how many VDUs were looked at.
    func judge() -> (complaints: [String], judged: Int) {
        var complaints: [String] = []
        var judged = 0
        for record in records {
            for (index, vdu) in (record["vdur"]?.array ?? []).enumerated() {
                for key in vdu["vim_info"]?.object?.members.map(\.key) ?? [] {
                    let target = TargetRecord(vnfr: record.id, index: index, account: String(key.dropFirst(4)))
                    guard let found = judge(vdu, target) else { continue }
                    judged += 1
                    complaints += found.map { "\(record.id) vdur.\(index): \($0)" }
                    if found.isEmpty, let wanted = address(in: vdu, target, of: record),
                        record["ip-address"]?.string != wanted
                    {
                        let shown = Self.show(record["ip-address"])
                        complaints.append("\(record.id): its ip-address is \(shown), not \(wanted)")
                    }
                }
            }
        }
        return (complaints, judged)
    }

    /// The address that a VDU gives its VNF, if it is the only one to give one and its port is well.
    private func address(in vdu: Value, _ target: TargetRecord, of record: Object) -> String? {
        let interfaces = vdu["vim_info"]?["vim:\(target.account)"]?["interfaces"]?.array ?? []
        guard Self.managers(of: record).count == 1,
            let own = interfaces.first(where: { $0["mgmt_vnf_interface"]?.isTruthy ?? false }),
            let id = own["vim_interface_id"]?.string, let port = clouds[target.account]?.port(id),
            port["status"]?.string == "ACTIVE",
            port["device_id"]?.string == vdu["vim_info"]?["vim:\(target.account)"]?["vim_id"]?.string
        else { return nil }
        return port["fixed_ips"]?[0]?["ip_address"]?.string
    }

    /// The interfaces of a VNF that give it an address, by id; those of deleted VDUs too.
    private static func managers(of record: Object) -> Set<String> {
        var ids: Set<String> = []
        for vdu in record["vdur"]?.array ?? [] {
            for info in vdu["vim_info"]?.object?.members.map(\.value) ?? [] {
                let interfaces: [Value] = (info["interfaces"]?.array ?? []) + (info["interfaces_backup"]?.array ?? [])
                for interface in interfaces where interface["mgmt_vnf_interface"]?.isTruthy ?? false {
                    ids.insert(interface["vim_interface_id"]?.string ?? "")
                }
            }
        }
        return ids
    }

    /// `nil` for a VDU of which nothing can be expected.
    private func judge(_ vdu: Value, _ target: TargetRecord) -> [String]? {
        guard vdu["status"]?.string != "DELETING", let cloud = clouds[target.account],
            let truth = truths[target.account], let info = vdu["vim_info"]?["vim:\(target.account)"]
        else { return nil }
        let own = tasks.filter { $0.target == target }
        let isFinal: (Value) -> Bool = { ["DONE", "FINISHED"].contains($0["status"]?.string) }
        guard own.allSatisfy({ ($0["tasks"]?.array ?? []).allSatisfy(isFinal) }) else { return nil }
        let recorded = info["vim_id"]?.string?.lowercased()
        // What a deletion leaves tells whose the record is.
        let details = info["vim_details"]?.string?.lowercased() ?? ""
        let speakers = own.filter { task in
            guard let id = task["vim_info"]?["vim_id"]?.string?.lowercased() else { return false }
            return recorded.map { $0 == id } ?? (details.isEmpty || details.contains(id))
        }
        // A task may name a place that another VDU has moved to.
        let belongs = speakers.allSatisfy { task in
            ledger.belongs(task["vim_info"]?["vim_id"]?.string ?? "", to: vdu["_id"]?.string ?? "")
        }
        guard !speakers.isEmpty, belongs else { return nil }
        let ids = Set(speakers.compactMap { $0["vim_info"]?["vim_id"]?.string })
        let existing = ids.filter { cloud.server($0) != nil }
        if existing.count > 1 { return nil }
        if let id = existing.first, let expected = truth.vdus[id.lowercased()] {
            return compare(vdu, info, with: expected, cloud)
        }
        let isDeletedByOSM = speakers.contains { task in
            (task["tasks"]?.array ?? []).contains { $0["action"]?.string == "DELETE" }
        }
        return isDeletedByOSM ? nil : compareDeleted(vdu, info)
    }

    private func compareDeleted(_ vdu: Value, _ info: Value) -> [String] {
        var complaints: [String] = []
        if info["vim_status"]?.string != "DELETED" || vdu["status"]?.string != "DELETED" {
            complaints.append("its server is gone, its status is \(Self.show(info["vim_status"]))")
        }
        if info["vim_message"]?.string != "Deleted externally" {
            complaints.append("its server is gone, its message is \(Self.show(info["vim_message"]))")
        }
        for key in ["vim_id", "vim_name", "interfaces"] where !(info[key]?.isNull ?? false) {
            complaints.append("its server is gone, \(key) is \(Self.show(info[key]))")
        }
        return complaints
    }

    private func compare(
        _ vdu: Value, _ info: Value, with expected: Truth.VDU, _ cloud: SimulatedCloud
    ) -> [String] {
        var complaints: [String] = []
        func expect(_ name: String, _ actual: Value?, _ wanted: Value?) {
            if !(actual ?? .null).isEqualInPython(to: wanted ?? .null) {
                complaints.append("\(name) is \(Self.show(actual)), not \(Self.show(wanted))")
            }
        }
        for key in ["vim_id", "vim_name", "vim_status", "vim_details"] { expect(key, info[key], expected.info[key]) }
        for key in ["status", "name"] { expect(key, vdu[key], expected.vdu[key]) }
        let server = expected.info["vim_id"]?.string ?? ""
        var message = Self.statusMessage(expected.info["vim_status"]?.string)
        guard let interfaces = info["interfaces"]?.array else {
            if info["interfaces_backup"]?.isTruthy ?? false { complaints.append("its interfaces are not restored") }
            return complaints
        }
        let made = expected.info["interfaces"]?.array ?? []
        for (position, interface) in interfaces.enumerated() {
            guard let id = interface["vim_interface_id"]?.string else { continue }
            guard let port = cloud.port(id), port["device_id"]?.string == server else {
                message = "Interface \(id) deleted externally."
                continue
            }
            let status = port["status"]?.string ?? ""
            guard status == "ACTIVE" else {
                message = "Interface \(id) status: \(status)"
                continue
            }
            let wanted = made.first { $0["vim_interface_id"]?.string == id }
            for key in ["mac_address", "vim_net_id", "vim_info", "compute_node", "ip_address"] {
                expect("interface \(position) \(key)", interface[key], wanted?[key])
            }
            guard let address = wanted?["ip_address"]?.string, !address.isEmpty else { continue }
            if let shown = vdu["interfaces"]?[position] {
                expect("vdur.interfaces.\(position) ip-address", shown["ip-address"], wanted?["ip_address"])
                expect("vdur.interfaces.\(position) mac-address", shown["mac-address"], wanted?["mac_address"])
            }
            if interface["mgmt_vdu_interface"]?.isTruthy ?? false {
                expect("ip-address", vdu["ip-address"], .string(String(address.split(separator: ";")[0])))
            }
        }
        if let message {
            expect("vim_message", info["vim_message"], .string(message))
        } else if let recorded = info["vim_message"]?.string, Self.isOwn(recorded) {
            complaints.append("the message \"\(recorded)\" is out of date")
        }
        return complaints
    }

    private static func statusMessage(_ status: String?) -> String? {
        guard let status, !["ACTIVE", "PAUSED", "SUSPENDED", "SHUTOFF", "BUILD"].contains(status) else { return nil }
        return "VIM status reported \(status)"
    }

    private static func isOwn(_ message: String) -> Bool {
        ["Deleted externally", "VIM status reported ", "Interface "].contains { message.hasPrefix($0) }
    }

    private static func show(_ value: Value?) -> String {
        guard let value else { return "(absent)" }
        if let text = value.string { return "\"\(text.prefix(60))\"" }
        return "\(value)"
    }
}
