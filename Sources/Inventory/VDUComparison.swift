// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// One VDU of a record as it is and as it should be.
struct VDUComparison: ~Copyable {
    let address: RecordAddress
    let rules: Rules
    let recorded: Fields
    let recordedInfo: Fields

    /// The address that a `mgmt_vnf_interface` of this VDU gives its VNF, if any.
    private(set) var vnfAddress: VNFAddress?
    private(set) var findings: [Finding] = []
    private(set) var isDeletion = false
    /// Whether anything has to be written, by the rule that is in force.
    private(set) var isChanged = false
    /// Nothing that matters for this VDU was unknown or unusable.
    private(set) var isComplete = true

    private(set) var vdu: Draft
    /// Those in `vdur.interfaces`, once one of them was looked at.
    private(set) var interfacesOfVDU: InterfaceDrafts?
    private(set) var info: Draft
    /// Those of `vim_info`, while they are compared.
    private(set) var interfaces: InterfaceDrafts?
    /// Whether the interfaces are to be kept in `interfaces_backup`.
    private(set) var isBackupDue = false
    private var host = Host.none

    private enum Host {
        case none
        case seen(BSONElement)
        case remembered(Value)
    }

    /// `nil` if the record has nothing that this account could say anything about.
    ///
    /// - Parameter vimKey: that of the address.
    init?(of vdu: Fields, at address: RecordAddress, in vimKey: String, rules: Rules) {
        guard let info = vdu.fields("vim_info").flatMap({ $0.fields(in: $0.element(named: vimKey)) }) else {
            return nil
        }
        self.address = address
        self.rules = rules
        recorded = vdu
        recordedInfo = info
        self.vdu = Draft(vdu)
        self.info = Draft(info)
    }

    /// What the next cycle may need of the server if it does not change.
    var serverMemory: ServerMemory {
        switch host {
        case .none: ServerMemory(host: .null)
        case .seen(let element): ServerMemory(host: (try? element.decoded()) ?? .null)
        case .remembered(let host): ServerMemory(host: host)
        }
    }

    /// As it should be.
    var name: BSONElement? { vdu.lent("name") }

    /// Whether it is what it should be to the last bit: what is merely equal is put right when something else is written.
    var isExact: Bool {
        vdu.isExact && info.isExact && (interfaces?.isExact ?? true)
            && (interfacesOfVDU?.isExact ?? true)
    }

    /// - Parameter memory: becomes what the next cycle may need of the ports if they do not change.
    mutating func compare(with observation: VDUObservation, remembering memory: inout [ByPort<PortMemory>.Entry]) {
        memory.removeAll(keepingCapacity: true)
        switch observation.server {
        case .unknown:
            isComplete = false
            recordedInfo.forEachElement(of: "interfaces") { element in
                if let interface = recordedInfo.fields(in: element) { claimAddress(of: Draft(interface)) }
            }
            return
        case .gone:
            markDeleted()
        case .fresh(let server):
            do throws(Malformed) {
                take(try server.server(), among: server.values)
            } catch {
                isComplete = false
                findings.append(Finding(.serverMalformed, "\(address)", "server: \(error.reason); VM left alone"))
                return
            }
            compareInterfaces(observation.ports, remembering: &memory, serverMessage: statusMessage)
        case .same(let server):
            host = .remembered(server.host)
            compareInterfaces(observation.ports, remembering: &memory, serverMessage: statusMessage)
        }
        finish()
    }

    // MARK: The server

    private static let goodStatuses: [StaticString] = ["ACTIVE", "PAUSED", "SUSPENDED", "SHUTOFF", "BUILD"]

    private var statusMessage: String? {
        guard !info.says(oneOf: Self.goodStatuses, at: "vim_status") else { return nil }
        return info.text("vim_status").map(Message.status)
    }

    private mutating func take(_ server: SeenServer, among values: SeenValues) {
        let (name, status) = (values.element(server.name), values.element(server.status))
        info.set("vim_details", values.element(server.yaml))
        info.set("vim_status", status)
        info.set("vim_id", values.element(server.id))
        info.set("vim_name", name)
        vdu.set("status", status)
        vdu.set("name", name)
        host = .seen(values.element(server.host))
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
        _ ports: ByPort<PortObservation>, remembering memory: inout [ByPort<PortMemory>.Entry], serverMessage: String?
    ) {
        var message = serverMessage
        var unconfirmed = false
        if var interfaces = currentInterfaces() {
            for index in interfaces.indices {
                let verdict = interfaces.change(index) { interface -> Verdict? in
                    guard let id = interface.recorded.id("vim_interface_id") else { return nil }
                    return compare(
                        &interface, id: id, index: index, with: ports[id.key, at: index] ?? .unknown,
                        remembering: &memory)
                }
                switch verdict ?? nil {
                case .good?: break
                case .bad(let text)?: message = text
                case .unconfirmed(let id)?:
                    guard let recorded = recordedMessage, Message.isOwn(recorded, about: id.description) else { break }
                    message = recorded
                    unconfirmed = true
                case nil: report(.interfaceMalformed, index, "it is no object with a vim_interface_id; left alone")
                }
            }
            self.interfaces = interfaces
        }
        settleMessage(message, unconfirmed: unconfirmed)
    }

    private enum Verdict {
        case good
        case bad(message: String)
        case unconfirmed(id: ResourceID)
    }

    private mutating func compare(
        _ interface: inout Draft, id: ResourceID, index: Int, with port: PortObservation,
        remembering ports: inout [ByPort<PortMemory>.Entry]
    ) -> Verdict {
        switch port {
        case .unknown:
            isComplete = false
            claimAddress(of: interface)
            return .unconfirmed(id: id)
        case .gone:
            return .bad(message: Message.interfaceDeleted(id.description))
        case .same(let memory):
            ports.append((id.key, memory))
            claimAddress(of: interface)
            if let message = memory.message { return .bad(message: message) }
            setHost(of: &interface)
            return .good
        case .fresh(let port):
            do throws(Malformed) {
                let message: String?
                switch try port.port() {
                case .good(let reading):
                    take(reading, among: port.values, into: &interface, index: index)
                    message = nil
                case .bad(let status):
                    claimAddress(of: interface)
                    let status = try? port.values.element(status).string()
                    message = Message.interfaceStatus(id.description, status ?? "")
                }
                ports.append((id.key, PortMemory(message: message)))
                return message.map { .bad(message: $0) } ?? .good
            } catch {
                report(.portMalformed, index, "port \(id): \(error.reason); interface left alone")
                return .unconfirmed(id: id)
            }
        }
    }

    private mutating func take(
        _ port: SeenInterface, among values: SeenValues, into interface: inout Draft, index: Int
    ) {
        let (macAddress, joined) = (values.element(port.macAddress), values.element(port.joinedAddresses))
        interface.set("vim_info", values.element(port.yaml))
        interface.set("mac_address", macAddress)
        interface.set("vim_net_id", values.element(port.networkID))
        setHost(of: &interface)
        interface.set("ip_address", rules.parity ? values.element(port.address) : joined)
        if let pci = port.pci { interface.set("pci", values.element(pci)) }
        if let vlan = port.vlan { interface.set("vlan", values.element(vlan)) }
        changeInterfaceOfVDU(index) { interface in
            interface.set("mac-address", macAddress)
            if port.hasAddress { interface.set("ip-address", joined) }
        }
        guard port.hasAddress else { return }
        // The original gives the VDU and the VNF all addresses; NG-RO itself gives them the first.
        let address = rules.parity ? joined : values.element(port.address)
        if interface.recorded.isTruthy("mgmt_vdu_interface") { vdu.set("ip-address", address) }
        if interface.recorded.isTruthy("mgmt_vnf_interface") { vnfAddress = .seen(address) }
    }

    private func setHost(of interface: inout Draft) {
        switch host {
        case .none: interface.set("compute_node", .null)
        case .seen(let host): interface.set("compute_node", host)
        case .remembered(let host): interface.set("compute_node", host)
        }
    }

    /// An interface that stays as recorded still gives its VNF the address that the record says.
    private mutating func claimAddress(of interface: Draft) {
        guard !rules.parity, interface.recorded.isTruthy("mgmt_vnf_interface"),
            let first = interface.text("ip_address")?.split(separator: ";", omittingEmptySubsequences: false).first,
            !first.isEmpty
        else { return }
        vnfAddress = .recorded(String(first))
    }

    /// Changes `vdur.interfaces[index]`, if there is one and it is an object.
    private mutating func changeInterfaceOfVDU(_ index: Int, _ change: (inout Draft) -> Void) {
        if interfacesOfVDU == nil { interfacesOfVDU = InterfaceDrafts("interfaces", of: recorded) ?? InterfaceDrafts() }
        interfacesOfVDU?.change(index, change)
    }

    /// The interfaces to compare; `nil` if there are none to be found. Those of a VM that came back after it had been
    /// reported as deleted are restored from the backup.
    private mutating func currentInterfaces() -> InterfaceDrafts? {
        if let interfaces = InterfaceDrafts("interfaces", of: recordedInfo) { return interfaces }
        guard recordedInfo.has("interfaces") else {
            if !rules.parity,
                let backup = InterfaceDrafts("interfaces_backup", of: recordedInfo, isRestored: true),
                !backup.indices.isEmpty
            {
                return backup
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
            || !rules.parity
                && !(vdu.isEqualInPython && interfacesOfVDU?.isEqualInPython ?? true)
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
