// SPDX-License-Identifier: Apache-2.0

import PyYAML
import Values

/// One VDU of a record as it is and as it should be.
struct VDUComparison {
    let address: RecordAddress
    let recorded: Object
    let rules: Rules
    let recordedInfo: Object

    /// As it should be.
    private(set) var vdu: Object
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

    private var info: Object
    private var host: Value = .null

    /// `nil` if the record has nothing that this account could say anything about.
    init?(of vdu: Object, at address: RecordAddress, rules: Rules) {
        guard let info = vdu["vim_info"]?[address.vimKey]?.object else { return nil }
        self.address = address
        self.rules = rules
        recorded = vdu
        recordedInfo = info
        self.vdu = vdu
        self.info = info
    }

    /// Whether it is what it should be to the last bit: what is merely equal is put right when something else is written.
    var isExact: Bool { Value.object(recorded).isIdentical(to: .object(vdu)) }

    mutating func compare(with observation: VDUObservation) {
        switch observation.server {
        case .unknown:
            isComplete = false
            for case .object(let interface) in recordedInfo["interfaces"]?.array ?? [] { claimAddress(of: interface) }
            return
        case .gone:
            markDeleted()
        case .fresh(let server):
            do throws(Malformed) {
                try takeServer(server)
            } catch {
                vdu = recorded
                info = recordedInfo
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
        guard let status = info["vim_status"]?.string, !Self.goodStatus.contains(status) else { return nil }
        return Message.status(status)
    }

    private mutating func takeServer(_ server: Object) throws(Malformed) {
        let id = try server.required("id")
        let name = try server.required("name")
        guard name.isStorable, id.isStorable else {
            throw Malformed("its name is a value that the database cannot hold")
        }
        guard case .string = try server.required("status") else { throw Malformed("its status is no text") }
        var shown = server
        shown["OS-EXT-SRV-ATTR:user_data"] = nil
        shown["user_data"] = nil
        do {
            info["vim_details"] = .string(String(decoding: try PyYAML.dump(.object(shown)), as: UTF8.self))
        } catch {
            throw Malformed("\(error)")
        }
        info["vim_status"] = server["status"]
        info["vim_id"] = id
        info["vim_name"] = name
        vdu["status"] = server["status"]
        vdu["name"] = name
        host = server["OS-EXT-SRV-ATTR:host"].flatMap { $0.isTruthy && $0.isStorable ? $0 : nil } ?? .null
        serverMemory = ServerMemory(host: host)
    }

    private mutating func markDeleted() {
        isDeletion = true
        if !rules.parity, case .array(let interfaces)? = info["interfaces"], !interfaces.isEmpty, backupIsMissing {
            info["interfaces_backup"] = .array(interfaces)
        }
        info["vim_status"] = "DELETED"
        info["vim_message"] = .string(Message.deleted)
        info["vim_id"] = .null
        info["vim_name"] = .null
        info["interfaces"] = .null
        vdu["status"] = "DELETED"
    }

    /// There is no backup, or one of the monitor's own messages had kept it from being brought up to date.
    private var backupIsMissing: Bool {
        if let message = recordedInfo["vim_message"]?.string, Message.isOwn(message) { return true }
        return !(recordedInfo["interfaces_backup"]?.isTruthy ?? false)
    }

    // MARK: The interfaces

    private mutating func compareInterfaces(
        _ ports: [ResourceKey: PortObservation], serverMessage: String?
    ) {
        var message = serverMessage
        var unconfirmed = false
        if var interfaces = currentInterfaces() {
            for index in interfaces.indices {
                guard case .object(var interface) = interfaces[index],
                    let id = interface["vim_interface_id"]?.string
                else {
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
                interfaces[index] = .object(interface)
            }
            info["interfaces"] = .array(interfaces)
        }
        settleMessage(message, unconfirmed: unconfirmed)
    }

    private enum Verdict {
        case good
        case bad(message: String)
        case unconfirmed
    }

    private mutating func compare(
        _ interface: inout Object, id: String, index: Int, with port: PortObservation
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
            interface["compute_node"] = host
            return .good
        case .fresh(let port):
            do throws(Malformed) {
                guard case .string(let status)? = port["status"] else { throw Malformed("its status is no text") }
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

    private mutating func take(_ reading: InterfaceReading, into interface: inout Object, index: Int) {
        interface["mac_address"] = reading.macAddress
        interface["vim_net_id"] = reading.networkID
        interface["vim_info"] = reading.yaml
        interface["compute_node"] = host
        interface["ip_address"] = rules.parity ? reading.address : reading.joinedAddresses
        if let pci = reading.pci { interface["pci"] = pci }
        if let vlan = reading.vlan { interface["vlan"] = vlan }
        setInterfaceOfVDU(index, "mac-address", reading.macAddress)
        guard reading.hasAddress else { return }
        setInterfaceOfVDU(index, "ip-address", reading.joinedAddresses)
        // The original gives the VDU and the VNF all addresses; NG-RO itself gives them the first.
        let address = rules.parity ? reading.joinedAddresses : reading.address
        if interface["mgmt_vdu_interface"]?.isTruthy ?? false { vdu["ip-address"] = address }
        if interface["mgmt_vnf_interface"]?.isTruthy ?? false { vnfAddress = address }
    }

    /// An interface that stays as recorded still gives its VNF the address that the record says.
    private mutating func claimAddress(of interface: Object) {
        guard !rules.parity, interface["mgmt_vnf_interface"]?.isTruthy ?? false,
            let first = interface["ip_address"]?.string?.split(separator: ";", omittingEmptySubsequences: false).first,
            !first.isEmpty
        else { return }
        vnfAddress = .string(String(first))
    }

    /// Sets a field of `vdur.interfaces[index]`, which must exist and be an object.
    private mutating func setInterfaceOfVDU(_ index: Int, _ key: String, _ value: Value) {
        guard case .array(var interfaces)? = vdu["interfaces"], interfaces.indices.contains(index),
            case .object(var interface) = interfaces[index]
        else { return }
        interface[key] = value
        interfaces[index] = .object(interface)
        vdu["interfaces"] = .array(interfaces)
    }

    /// The interfaces to compare; `nil` if there are none to be found. Those of a VM that came back after it had been
    /// reported as deleted are restored from the backup.
    private mutating func currentInterfaces() -> [Value]? {
        switch info["interfaces"] {
        case .array(let interfaces)?: return interfaces
        case nil, .null?:
            if !rules.parity, case .array(let backup)? = info["interfaces_backup"], !backup.isEmpty { return backup }
            findings.append(
                Finding(.interfacesMissing, "\(address)", "interfaces is null or missing and there is no backup")
            )
            return nil
        case let other?:
            if other.isTruthy {
                findings.append(Finding(.interfacesMalformed, "\(address)", "interfaces is no list; left alone"))
            }
            return nil
        }
    }

    // MARK: Message and backup

    private var recordedMessage: String? { recordedInfo["vim_message"]?.string }

    private mutating func settleMessage(_ message: String?, unconfirmed: Bool) {
        if let message {
            info["vim_message"] = .string(message)
        } else if !rules.parity, !unconfirmed, let recorded = recordedMessage, Message.isOwn(recorded) {
            info["vim_message"] = .null
        }
    }

    private mutating func finish() {
        vdu["vim_info"] = vdu["vim_info"].map { value in
            guard case .object(var infos) = value else { return value }
            infos[address.vimKey] = .object(info)
            return .object(infos)
        }
        isChanged =
            rules.parity
            ? !Value.object(recordedInfo).isEqualInPython(to: .object(info))
            : !Value.object(recorded).isEqualInPython(to: .object(vdu))
        guard isChanged, !isDeletion, !(info["vim_message"]?.isTruthy ?? false),
            let interfaces = info["interfaces"], interfaces.isTruthy
        else { return }
        info["interfaces_backup"] = interfaces
        if case .object(var infos)? = vdu["vim_info"] {
            infos[address.vimKey] = .object(info)
            vdu["vim_info"] = .object(infos)
        }
    }

    /// Reports what makes an interface unusable; it stays as recorded.
    private mutating func report(_ code: Finding.Code, _ index: Int, _ cause: String) {
        isComplete = false
        findings.append(Finding(code, "\(address) interface \(index)", cause))
    }
}
