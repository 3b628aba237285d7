// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// What a port says about one recorded interface; valid as long as the port is lent.
struct InterfaceReading {
    let macAddress: JSONNode
    let networkID: JSONNode
    let addresses: [Value]
    /// Set only if the port's profile holds a slot; else the recorded one stays.
    let pci: Value?
    /// Set only if the port has details of its binding; else the recorded one stays.
    let vlan: Value?

    /// Reads a port whose status is good. A field of an unknown shape makes the whole port unusable.
    init(_ port: SeenMembers<PortMember>, rules: Rules) throws(Malformed) {
        macAddress = try port.required(.macAddress)
        networkID = try port.required(.networkID)
        addresses = try Self.addresses(of: port[.fixedIPs], rules: rules)
        pci = try port.member("pci_slot", in: .profile).flatMap { $0.isTruthy ? .some($0) : .none }
        vlan = try port.member("vlan", in: .details)
        guard macAddress.isStorable, networkID.isStorable, pci?.isStorable ?? true, vlan?.isStorable ?? true,
            addresses.allSatisfy(\.isStorable)
        else { throw Malformed("it holds a value that the database cannot") }
    }

    /// The first address as `vim_info` and the VDU hold it, and all of them as the VDU's interface does.
    var address: Value { addresses.first ?? .null }
    var joinedAddresses: Value {
        guard addresses.count > 1 else { return address }
        return .string(addresses.compactMap(\.string).joined(separator: ";"))
    }

    /// OSM writes nothing of an address that is empty.
    var hasAddress: Bool { address.isTruthy }

    private static func addresses(of fixedIPs: JSONNode?, rules: Rules) throws(Malformed) -> [Value] {
        guard let fixedIPs, fixedIPs.isTruthy else { return [] }
        guard fixedIPs.isArray else { throw Malformed("fixed_ips is no list") }
        // The original looks no further when the first entry is empty.
        if rules.parity, let first = fixedIPs.first, !first.isTruthy { return [] }
        var addresses: [Value] = []
        try fixedIPs.forEachElement { (entry) throws(Malformed) in
            guard let address = entry["ip_address"] else { throw Malformed("an entry of fixed_ips has no ip_address") }
            addresses.append(address.value)
        }
        guard addresses.count == 1 || addresses.allSatisfy({ $0.string != nil }) else {
            throw Malformed("an ip_address of fixed_ips is no text")
        }
        return addresses
    }
}

/// Why a server or a port cannot be used.
struct Malformed: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension JSONNode {
    /// Whether a BSON document can hold it.
    var isStorable: Bool { utf8 != nil || value.isStorable }
}

extension Value {
    /// Whether a BSON document can hold it.
    var isStorable: Bool {
        switch self {
        case .integer, .unrepresentable: false
        case .array(let elements): elements.allSatisfy(\.isStorable)
        case .object(let object):
            object.members.allSatisfy { !$0.key.utf8.contains(0) && $0.value.isStorable }
        default: true
        }
    }
}
