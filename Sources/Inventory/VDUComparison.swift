// SPDX-License-Identifier: Apache-2.0

import JSON
import PyYAML
import Values

/// One VDU of a record as it is and as it should be.
struct VDUComparison {
    let address: RecordAddress
    let rules: Rules
    let recorded: Fields
    let recordedInfo: Fields

    /// The address that a `mgmt_vnf_interface` of this VDU gives its VNF, if any.
    private(set) var vnfAddress: Value?
    private(set) var findings: [Finding] = []
    /// What the next cycle may need of the server and the ports if they do not change.
    private(set) var serverMemory = ServerMemory(host: .null)
    private(set) var portMemory: [ResourceKey: PortMemory] = [:]
    private(set) var isDeletion = false
    /// Whether anything has to be written, by the rule that is in force.
    private(set) var isChanged = false
    /// Nothing that matters for this VDU was unknown or unusable.
    private(set) var isComplete = true

    private var vdu: Draft
    /// By index in `vdur.interfaces`; only those of which anything should be otherwise.
    private var vduInterfaces: [Int: Draft] = [:]
    private var info: Draft
    /// Those of `vim_info`, while they are compared.
    private var interfaces: InterfaceDrafts?
    /// Whether the interfaces are to be kept in `interfaces_backup`.
    private var isBackupDue = false
    private var host: Value = .null

    /// `nil` if the record has nothing that this account could say anything about.
    init?(of vdu: Fields, at address: RecordAddress, rules: Rules) {
        guard let info = vdu.fields("vim_info")?.fields(address.vimKey) else { return nil }
        self.address = address
        self.rules = rules
        recorded = vdu
        recordedInfo = info
        self.vdu = Draft(vdu)
        self.info = Draft(info)
    }

    /// As it should be.
    var name: String? { vdu.text("name") }

    /// Whether it is what it should be to the last bit: what is merely equal is put right when something else is written.
    var isExact: Bool {
        vdu.isExact && info.isExact && (interfaces?.isExact ?? true) && vduInterfaces.values.allSatisfy(\.isExact)
    }

    mutating func compare(with observation: VDUObservation) {
        switch observation.server {
        case .unknown:
            isComplete = false
            for element in recordedInfo.elements("interfaces") ?? [] {
                if let interface = Fields(element) { claimAddress(of: Draft(interface)) }
            }
            return
        case .gone:
            markDeleted()
        case .fresh(let server):
            do throws(Malformed) {
                try takeServer(server)
            } catch {
                isComplete = false
                findings.append(Finding(.serverMalformed, "\(address)", "server: \(error.reason); VM left alone"))
                return
            }
            compareInterfaces(observation.ports, serverMessage: statusMessage)
        case .same(let memory):
            serverMemory = memory
            host = memory.host
            compareInterfaces(observation.ports, serverMessage: statusMessage)
        }
        finish()
    }

    // MARK: The server

    private static let goodStatus: Set<String> = ["ACTIVE", "PAUSED", "SUSPENDED", "SHUTOFF", "BUILD"]

    private var statusMessage: String? {
        guard let status = info.text("vim_status"), !Self.goodStatus.contains(status) else { return nil }
        return Message.status(status)
    }

    /// Takes a server as a whole, or nothing of it.
    private mutating func takeServer(_ server: JSONDocument) throws(Malformed) {
        let id = try server.required("id")
        let name = try server.required("name")
        guard name.isStorable, id.isStorable else {
            throw Malformed("its name is a value that the database cannot hold")
        }
        let status = try server.required("status")
        guard case .string = status else { throw Malformed("its status is no text") }
        var shown = server
        shown.remove("OS-EXT-SRV-ATTR:user_data")
        shown.remove("user_data")
        let yaml: [UInt8]
        do { yaml = try PyYAML.dump(shown) } catch { throw Malformed("\(error)") }
        info.set("vim_details", utf8: yaml)
        info.set("vim_status", status)
        info.set("vim_id", id)
        info.set("vim_name", name)
        vdu.set("status", status)
        vdu.set("name", name)
        host = server["OS-EXT-SRV-ATTR:host"].map(\.value).flatMap { $0.isTruthy && $0.isStorable ? $0 : nil } ?? .null
        serverMemory = ServerMemory(host: host)
    }

    private mutating func markDeleted() {
        isDeletion = true
        if !rules.parity, backupIsMissing, case .array(let interfaces)? = recordedInfo["interfaces"],
            !interfaces.isEmpty
        {
            info.set("interfaces_backup", .array(interfaces))
        }
        info.set("vim_status", "DELETED")
        info.set("vim_message", .string(Message.deleted))
        info.set("vim_id", .null)
        info.set("vim_name", .null)
        info.set("interfaces", .null)
        vdu.set("status", "DELETED")
    }

    /// There is no backup, or one of the monitor's own messages had kept it from being brought up to date.
    private var backupIsMissing: Bool {
        if let message = recordedMessage, Message.isOwn(message) { return true }
        return !recordedInfo.isTruthy("interfaces_backup")
    }

    // MARK: The interfaces

    private mutating func compareInterfaces(
        _ ports: [ResourceKey: PortObservation], serverMessage: String?
    ) {
        var message = serverMessage
        var unconfirmed = false
        if var interfaces = currentInterfaces() {
            for index in interfaces.indices {
                guard var interface = interfaces[index], let id = interface.text("vim_interface_id") else {
                    report(.interfaceMalformed, index, "it is no object with a vim_interface_id; left alone")
                    continue
                }
                switch compare(&interface, id: id, index: index, with: ports[ResourceKey(id)] ?? .unknown) {
                case .good: break
                case .bad(let text): message = text
                case .unconfirmed:
                    guard let recorded = recordedMessage, Message.isOwn(recorded, about: id) else { break }
                    message = recorded
                    unconfirmed = true
                }
                interfaces[index] = interface
            }
            self.interfaces = interfaces
        }
        settleMessage(message, unconfirmed: unconfirmed)
    }

    private enum Verdict {
        case good
        case bad(message: String)
        case unconfirmed
    }

    private mutating func compare(
        _ interface: inout Draft, id: String, index: Int, with port: PortObservation
    ) -> Verdict {
        switch port {
        case .unknown:
            isComplete = false
            claimAddress(of: interface)
            return .unconfirmed
        case .gone:
            return .bad(message: Message.interfaceDeleted(id))
        case .same(let memory):
            portMemory[ResourceKey(id)] = memory
            claimAddress(of: interface)
            if let message = memory.message { return .bad(message: message) }
            interface.set("compute_node", host)
            return .good
        case .fresh(let port):
            do throws(Malformed) {
                guard let status = port["status"]?.string else { throw Malformed("its status is no text") }
                guard ["ACTIVE", "PAUSED", "BUILD"].contains(status) else {
                    let message = Message.interfaceStatus(id, status)
                    portMemory[ResourceKey(id)] = PortMemory(message: message)
                    claimAddress(of: interface)
                    return .bad(message: message)
                }
                try take(InterfaceReading(port: port, rules: rules), into: &interface, index: index)
                portMemory[ResourceKey(id)] = PortMemory(message: nil)
                return .good
            } catch {
                report(.portMalformed, index, "port \(id): \(error.reason); interface left alone")
                return .unconfirmed
            }
        }
    }

    private mutating func take(_ reading: InterfaceReading, into interface: inout Draft, index: Int) {
        interface.set("mac_address", reading.macAddress)
        interface.set("vim_net_id", reading.networkID)
        interface.set("vim_info", utf8: reading.yaml)
        interface.set("compute_node", host)
        interface.set("ip_address", rules.parity ? reading.address : reading.joinedAddresses)
        if let pci = reading.pci { interface.set("pci", pci) }
        if let vlan = reading.vlan { interface.set("vlan", vlan) }
        setInterfaceOfVDU(index, "mac-address", reading.macAddress)
        guard reading.hasAddress else { return }
        setInterfaceOfVDU(index, "ip-address", reading.joinedAddresses)
        // The original gives the VDU and the VNF all addresses; NG-RO itself gives them the first.
        let address = rules.parity ? reading.joinedAddresses : reading.address
        if interface.recorded.isTruthy("mgmt_vdu_interface") { vdu.set("ip-address", address) }
        if interface.recorded.isTruthy("mgmt_vnf_interface") { vnfAddress = address }
    }

    /// An interface that stays as recorded still gives its VNF the address that the record says.
    private mutating func claimAddress(of interface: Draft) {
        guard !rules.parity, interface.recorded.isTruthy("mgmt_vnf_interface"),
            let first = interface.text("ip_address")?.split(separator: ";", omittingEmptySubsequences: false).first,
            !first.isEmpty
        else { return }
        vnfAddress = .string(String(first))
    }

    /// Sets a field of `vdur.interfaces[index]`, which must exist and be an object.
    private mutating func setInterfaceOfVDU(_ index: Int, _ key: String, _ value: Value) {
        guard
            var interface = vduInterfaces[index]
                ?? recorded.element(index, of: "interfaces").flatMap({ Fields($0) }).map({ Draft($0) })
        else { return }
        interface.set(key, value)
        vduInterfaces[index] = interface.isExact ? nil : interface
    }

    /// The interfaces to compare; `nil` if there are none to be found. Those of a VM that came back after it had been
    /// reported as deleted are restored from the backup.
    private mutating func currentInterfaces() -> InterfaceDrafts? {
        if let interfaces = recordedInfo.elements("interfaces") {
            return InterfaceDrafts(interfaces, isRestored: false)
        }
        guard recordedInfo.has("interfaces") else {
            if !rules.parity, let backup = recordedInfo.elements("interfaces_backup"), !backup.isEmpty {
                return InterfaceDrafts(backup, isRestored: true)
            }
            findings.append(
                Finding(.interfacesMissing, "\(address)", "interfaces is null or missing and there is no backup")
            )
            return nil
        }
        if recordedInfo.isTruthy("interfaces") {
            findings.append(Finding(.interfacesMalformed, "\(address)", "interfaces is no list; left alone"))
        }
        return nil
    }

    // MARK: Message and backup

    private var recordedMessage: String? { recordedInfo.text("vim_message") }

    private mutating func settleMessage(_ message: String?, unconfirmed: Bool) {
        if let message {
            info.set("vim_message", .string(message))
        } else if !rules.parity, !unconfirmed, let recorded = recordedMessage, Message.isOwn(recorded) {
            info.set("vim_message", .null)
        }
    }

    private mutating func finish() {
        let infoIsEqual = info.isEqualInPython && (interfaces?.isEqualInPython ?? true)
        isChanged =
            !infoIsEqual
            || !rules.parity && !(vdu.isEqualInPython && vduInterfaces.values.allSatisfy(\.isEqualInPython))
        isBackupDue =
            isChanged && !isDeletion && !(info["vim_message"]?.isTruthy ?? false)
            && (interfaces.map { !$0.indices.isEmpty } ?? recordedInfo.isTruthy("interfaces"))
    }

    /// Reports what makes an interface unusable; it stays as recorded.
    private mutating func report(_ code: Finding.Code, _ index: Int, _ cause: String) {
        isComplete = false
        findings.append(Finding(code, "\(address) interface \(index)", cause))
    }
}

extension VDUComparison {
    /// Where the VDU is in its record.
    var path: FieldPath { FieldPath("vdur", String(address.index)) }

    /// What has to be set in the record for the VDU to be as it should be, at the deepest places.
    var changes: [FieldChange] {
        let infoPath = path + "vim_info" + address.vimKey
        let interfacesOfVDU = vduInterfaces.sorted { $0.key < $1.key }.flatMap { index, interface in
            interface.changes(at: path + "interfaces" + String(index))
        }
        let interfacesOfInfo =
            interfaces.map { interfaces in
                interfaces.changes(
                    ifSame: !interfaces.isRestored, from: recordedInfo["interfaces"], at: infoPath + "interfaces")
            } ?? []
        return vdu.changes(at: path) + interfacesOfVDU + info.changes(at: infoPath)
            + changesOfBackup(at: infoPath + "interfaces_backup") + interfacesOfInfo
    }

    private func changesOfBackup(at path: FieldPath) -> [FieldChange] {
        guard isBackupDue else { return [] }
        if let interfaces {
            let isSame = interfaces.isRestored || recordedInfo.holdsTheSame(at: "interfaces", as: "interfaces_backup")
            return interfaces.changes(ifSame: isSame, from: recordedInfo["interfaces_backup"], at: path)
        }
        return recordedInfo["interfaces"].map {
            Difference(from: recordedInfo["interfaces_backup"], to: $0, at: path).changes
        } ?? []
    }
}
