// SPDX-License-Identifier: Apache-2.0

import PyYAML
import Secrets
import Simulator
import Support
import Values

/// Two clouds and the records that OSM holds of them: one record per server, all out of date.
///
/// What a test breaks belongs to the second, so that the first shows what becomes of the others.
struct World: Sendable {
    let good: SimulatedCloud
    let bad: SimulatedCloud
    var documents: OSMSeed.Documents
    private let servers: Int

    /// - Parameter name: no other test's: the clouds are served under it.
    init(_ name: String, servers: Int = 3) throws {
        let surroundings = try Surroundings.get()
        let name = name.replacing(" ", with: "-")
        good = SimulatedCloud.generate(seed: 1, name: "\(name)-good", servers: servers)
        bad = SimulatedCloud.generate(seed: 2, name: "\(name)-bad", servers: servers)
        self.servers = servers
        documents = OSMSeed.documents(for: [good, bad], baseURL: surroundings.url, stale: true) { value in
            (try? PyYAML.dump(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        surroundings.simulator.add(good)
        surroundings.simulator.add(bad)
    }

    // MARK: What can be broken

    /// The account of the bad cloud.
    var account: Object {
        get { documents.vimAccounts[1] }
        set { documents.vimAccounts[1] = newValue }
    }

    var accountID: String { OSMSeed.accountID(of: bad) }

    /// The task of the bad cloud's first VM.
    var task: Object {
        get { documents.roTasks[servers] }
        set { documents.roTasks[servers] = newValue }
    }

    /// The record of the bad cloud's first VM.
    var record: Object {
        get { documents.vnfrs[servers] }
        set { documents.vnfrs[servers] = newValue }
    }

    var recordID: String { record["_id"]?.string ?? "" }

    /// The only element of that record's `vdur`.
    var vdu: Object {
        get { record["vdur"]?[0]?.object ?? [:] }
        set { record["vdur"] = [.object(newValue)] }
    }

    /// That VDU's `vim_info` of the account.
    var info: Object {
        get { vdu["vim_info"]?["vim:\(accountID)"]?.object ?? [:] }
        set { vdu["vim_info"] = .object(["vim:\(accountID)": .object(newValue)]) }
    }

    /// That VM's server.
    var serverID: String { info["vim_id"]?.string ?? "" }

    /// Replaces that server in what the cloud lists.
    func list(_ change: (Object) -> Value) {
        bad.replace(
            servers: bad.servers.map { server in
                server["id"]?.string == serverID ? change(server.object ?? [:]) : server
            }
        )
    }

    /// Lets the cloud list that server's ports before all others.
    func listPortsFirst() {
        let id = serverID
        let ports = Dictionary(grouping: bad.ports) { $0["device_id"]?.string == id }
        bad.replace(ports: (ports[true] ?? []) + (ports[false] ?? []))
    }

    func add(_ effect: Fault.Effect, to kind: RequestKind? = nil, when trigger: Fault.Trigger = .always) throws {
        let fault = Fault(effect, on: .init(cloud: bad.name, kind: kind), when: trigger)
        try Surroundings.get().simulator.faults.add(fault)
    }

    /// Encrypts the secrets of all accounts, those of the bad one with another key.
    mutating func encrypt(with key: String, bad badKey: String) throws {
        for (index, key) in [key, badKey].enumerated() {
            let account = documents.vimAccounts[index]
            documents.vimAccounts[index] = try FieldCipher(commonKey: Secret(key), serialBase64: nil).encrypt(
                account: account, salt: account["_id"]?.string ?? "", schemaVersion: account["schema_version"]?.string
            )
        }
    }

    // MARK: What came of it

    /// The records of a cloud that are not as they were.
    func changed(_ cloud: SimulatedCloud, in vnfrs: [Object]) -> [String] {
        let account = OSMSeed.accountID(of: cloud)
        let records = Dictionary(vnfrs.map { ($0["_id"]?.string, $0) }) { first, _ in first }
        return documents.vnfrs.compactMap { before in
            guard before["vim-account-id"]?.string == account, let id = before["_id"]?.string else { return nil }
            let isSame = records[id].map { Value.object(before).isIdentical(to: .object($0)) } ?? false
            return isSame ? nil : id
        }
    }

    /// The servers of both clouds whose VDU does not say what its cloud shows.
    func stale(in vnfrs: [Object]) -> [String] { stale(good, in: vnfrs) + stale(bad, in: vnfrs) }

    /// The records that are neither as they were nor say what their cloud shows.
    func halfWritten(in vnfrs: [Object]) -> [String] {
        let stale = Set(stale(in: vnfrs))
        let changed = Set(changed(good, in: vnfrs) + changed(bad, in: vnfrs))
        return documents.vnfrs.compactMap { record in
            guard let id = record["_id"]?.string, changed.contains(id),
                let info = record["vdur"]?[0]?["vim_info"]?.object?.members.first?.value,
                let server = info["vim_id"]?.string, stale.contains(server)
            else { return nil }
            return id
        }
    }

    /// The servers whose VDU does not say what the cloud shows.
    func stale(_ cloud: SimulatedCloud, in vnfrs: [Object]) -> [String] {
        let key = "vim:\(OSMSeed.accountID(of: cloud))"
        let ports = Dictionary(grouping: cloud.ports) { $0["device_id"]?.string ?? "" }
        let vdus = vnfrs.flatMap { $0["vdur"]?.array ?? [] }
        return cloud.servers.compactMap { server in
            guard let id = server["id"]?.string else { return nil }
            let isTrue = vdus.contains { vdu in
                guard let info = vdu["vim_info"]?[key], info["vim_id"]?.string == id,
                    let interfaces = info["interfaces"]?.array, interfaces.count == ports[id]?.count
                else { return false }
                return info["vim_status"]?.string == server["status"]?.string
                    && vdu["status"]?.string == server["status"]?.string
                    && info["vim_name"]?.string == server["name"]?.string
                    && info["vim_details"]?.string?.contains(id) ?? false
                    && zip(interfaces, ports[id] ?? []).allSatisfy { interface, port in
                        let addresses = (port["fixed_ips"]?.array ?? []).compactMap { $0["ip_address"]?.string }
                        return interface["ip_address"]?.string == addresses.joined(separator: ";")
                            && interface["vim_info"]?.string?.contains(port["id"]?.string ?? "-") ?? false
                    }
            }
            return isTrue ? nil : id
        }
    }
}
