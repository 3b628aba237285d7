// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// One VDU of a record as it is and as it should be.
struct VDUComparison {
    let address: RecordAddress
    let rules: Rules
    let recorded: Fields
    let recordedInfo: Fields
    /// That of `recordedInfo` in `vim_info`.
    let vimKey: String

    /// The address that a `mgmt_vnf_interface` of this VDU gives its VNF, if any.
    private(set) var vnfAddress: Value?
    private(set) var findings: [Finding] = []
    /// What the next cycle may need of the server and the ports if they do not change.
    private(set) var serverMemory = ServerMemory(host: .null)
    private(set) var portMemory: ByPort<PortMemory> = [:]
    private(set) var isDeletion = false
    /// Whether anything has to be written, by the rule that is in force.
    private(set) var isChanged = false
    /// Nothing that matters for this VDU was unknown or unusable.
    private(set) var isComplete = true

    private(set) var vdu: Draft
    /// Those in `vdur.interfaces`, once one of them was looked at; `nil` for what is no object.
    private(set) var interfacesOfVDU: [Draft?]?
    private(set) var info: Draft
    /// Those of `vim_info`, while they are compared.
    private(set) var interfaces: InterfaceDrafts?
    /// Whether the interfaces are to be kept in `interfaces_backup`.
    private(set) var isBackupDue = false
    private var host: Value = .null

    /// `nil` if the record has nothing that this account could say anything about.
    ///
    /// - Parameter vimKey: that of the address.
    init?(of vdu: Fields, at address: RecordAddress, in vimKey: String, rules: Rules) {
        guard let info = vdu.fields("vim_info")?.fields(vimKey) else { return nil }
        self.vimKey = vimKey
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
        vdu.isExact && info.isExact && (interfaces?.isExact ?? true)
            && (interfacesOfVDU ?? []).allSatisfy { $0?.isExact ?? true }
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
    private mutating func takeServer(_ server: SeenDocument) throws(Malformed) {
        try server.lent { (node) throws(Malformed) in
            let members = SeenMembers<ServerMember>(of: node)
            let (id, name) = (try members.required(.id), try members.required(.name))
            guard name.isStorable, id.isStorable else {
                throw Malformed("its name is a value that the database cannot hold")
            }
            let status = try members.required(.status)
            guard status.isStorable, status.isString else { throw Malformed("its status is no text") }
            info.set("vim_details", text: try server.yaml())
            info.set("vim_status", status)
            info.set("vim_id", id)
            info.set("vim_name", name)
            vdu.set("status", status)
            vdu.set("name", name)
            let host = members[.host].map(\.value)
            self.host = host.flatMap { $0.isTruthy && $0.isStorable ? $0 : nil } ?? .null
        }
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
        _ ports: ByPort<PortObservation>, serverMessage: String?
    ) {
        var message = serverMessage
        var unconfirmed = false
        if var interfaces = currentInterfaces() {
            for index in interfaces.indices {
                let verdict = interfaces.change(index) { interface -> Verdict? in
                    guard let id = interface.recorded.id("vim_interface_id") else { return nil }
                    return compare(&interface, id: id, index: index, with: ports[id.key, at: index] ?? .unknown)
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
        _ interface: inout Draft, id: ResourceID, index: Int, with port: PortObservation
    ) -> Verdict {
        switch port {
        case .unknown:
            isComplete = false
            claimAddress(of: interface)
            return .unconfirmed(id: id)
        case .gone:
            return .bad(message: Message.interfaceDeleted(id.description))
        case .same(let memory):
            portMemory.append(memory, for: id.key)
            claimAddress(of: interface)
            if let message = memory.message { return .bad(message: message) }
            interface.set("compute_node", host)
            return .good
        case .fresh(let port):
            do throws(Malformed) {
                let message = try take(port, into: &interface, id: id, index: index)
                portMemory.append(PortMemory(message: message), for: id.key)
                return message.map { .bad(message: $0) } ?? .good
            } catch {
                report(.portMalformed, index, "port \(id): \(error.reason); interface left alone")
                return .unconfirmed(id: id)
            }
        }
    }

    /// Takes a port as a whole, or nothing of it.
    ///
    /// - Returns: the message about its status, unless that is good: then no more is taken of it.
    private mutating func take(
        _ port: SeenDocument, into interface: inout Draft, id: ResourceID, index: Int
    ) throws(Malformed) -> String? {
        try port.lent { (node) throws(Malformed) in
            let members = SeenMembers<PortMember>(of: node)
            guard let status = members[.status]?.string else { throw Malformed("its status is no text") }
            guard ["ACTIVE", "PAUSED", "BUILD"].contains(status) else {
                claimAddress(of: interface)
                return Message.interfaceStatus(id.description, status)
            }
            let reading = try InterfaceReading(members, rules: rules)
            interface.set("vim_info", text: try port.yaml())
            take(reading, into: &interface, index: index)
            return nil
        }
    }

    private mutating func take(_ reading: InterfaceReading, into interface: inout Draft, index: Int) {
        interface.set("mac_address", reading.macAddress)
        interface.set("vim_net_id", reading.networkID)
        interface.set("compute_node", host)
        interface.set("ip_address", rules.parity ? reading.address : reading.joinedAddresses)
        if let pci = reading.pci { interface.set("pci", pci) }
        if let vlan = reading.vlan { interface.set("vlan", vlan) }
        changeInterfaceOfVDU(index) { interface in
            interface.set("mac-address", reading.macAddress)
            if reading.hasAddress { interface.set("ip-address", reading.joinedAddresses) }
        }
        guard reading.hasAddress else { return }
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

    /// Changes `vdur.interfaces[index]`, if there is one and it is an object.
    private mutating func changeInterfaceOfVDU(_ index: Int, _ change: (inout Draft) -> Void) {
        var interfaces =
            interfacesOfVDU.take() ?? recorded.elements("interfaces")?.map { Fields($0).map { Draft($0) } } ?? []
        if interfaces.indices.contains(index), var interface = interfaces[index].take() {
            change(&interface)
            interfaces[index] = interface
        }
        interfacesOfVDU = interfaces
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
            || !rules.parity
                && !(vdu.isEqualInPython && (interfacesOfVDU ?? []).allSatisfy { $0?.isEqualInPython ?? true })
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
