// SPDX-License-Identifier: Apache-2.0

import BSON
import JSON
import Values

/// What a record is to hold of a port.
enum SeenPort: BitwiseCopyable {
    case good(SeenInterface)
    /// Its status, if that is not good: then no more is taken of it.
    case bad(SeenValue)

    private static let goodStatuses: [StaticString] = ["ACTIVE", "PAUSED", "BUILD"]

    /// Reads a port as a whole, or nothing of it.
    ///
    /// - Parameters:
    ///   - yaml: makes its YAML.
    ///   - values: where it is to lie.
    init(
        _ members: SeenMembers<PortMember>, rules: Rules, into values: inout OwnedBytes,
        yaml: (inout OwnedBytes) throws(Malformed) -> SeenValue
    ) throws(Malformed) {
        guard let status = members[.status], status.isString, let kept = values.append(value: status) else {
            throw Malformed("its status is no text")
        }
        // As it was read: in JSON a text may be written in many ways.
        let isGood = values.lent(kept) { element in Self.goodStatuses.contains { element.holds($0.bytes) } }
        self = isGood ? .good(try SeenInterface(members, rules: rules, into: &values, yaml: yaml)) : .bad(kept)
    }
}

/// What a port whose status is good says about its interface.
struct SeenInterface: BitwiseCopyable {
    let macAddress: SeenValue
    let networkID: SeenValue
    /// The first address, as `vim_info` and the VDU hold it; null if there is none.
    let address: SeenValue
    /// All of them, as the VDU's interface holds them.
    let joinedAddresses: SeenValue
    /// OSM writes nothing of an address that is empty.
    let hasAddress: Bool
    /// Set only if the port's profile holds a slot; else the recorded one stays.
    let pci: SeenValue?
    /// Set only if the port has details of its binding; else the recorded one stays.
    let vlan: SeenValue?
    let yaml: SeenValue

    /// Reads a port. A field of an unknown shape makes the whole port unusable.
    fileprivate init(
        _ port: SeenMembers<PortMember>, rules: Rules, into values: inout OwnedBytes,
        yaml: (inout OwnedBytes) throws(Malformed) -> SeenValue
    ) throws(Malformed) {
        let (macAddress, networkID) = (try port.required(.macAddress), try port.required(.networkID))
        let addresses = try Self.addresses(of: port[.fixedIPs], rules: rules)
        let pci = try port.member("pci_slot", in: .profile).flatMap { $0.isTruthy ? .some($0) : .none }
        let vlan = try port.member("vlan", in: .details)
        func append(_ value: SeenValue?) throws(Malformed) -> SeenValue {
            guard let value else { throw Malformed("it holds a value that the database cannot") }
            return value
        }
        self.macAddress = try append(values.append(value: macAddress))
        self.networkID = try append(values.append(value: networkID))
        address =
            try addresses.first.map { (first) throws(Malformed) in try append(values.append(value: first)) } ?? .null
        joinedAddresses =
            addresses.more.isEmpty
            ? address
            : try append(values.append(value: .string(addresses.texts.joined(separator: ";"))))
        hasAddress = addresses.first?.isTruthy ?? false
        self.pci = try pci.map { (pci) throws(Malformed) in try append(values.append(value: pci)) }
        self.vlan = try vlan.map { (vlan) throws(Malformed) in try append(values.append(value: vlan)) }
        self.yaml = try yaml(&values)
    }

    /// Nearly every port has one.
    private struct Addresses {
        var first: JSONNode?
        var more: [JSONNode] = []

        var texts: [String] { ([first].compactMap(\.self) + more).compactMap(\.string) }

        mutating func append(_ address: JSONNode) { if first == nil { first = address } else { more.append(address) } }
    }

    private static func addresses(of fixedIPs: JSONNode?, rules: Rules) throws(Malformed) -> Addresses {
        var addresses = Addresses()
        guard let fixedIPs, fixedIPs.isTruthy else { return addresses }
        guard fixedIPs.isArray else { throw Malformed("fixed_ips is no list") }
        // The original looks no further when the first entry is empty.
        if rules.parity, let first = fixedIPs.first, !first.isTruthy { return addresses }
        try fixedIPs.forEachElement { (entry) throws(Malformed) in
            guard let address = entry["ip_address"] else { throw Malformed("an entry of fixed_ips has no ip_address") }
            addresses.append(address)
        }
        guard addresses.more.isEmpty || addresses.texts.count == addresses.more.count + 1 else {
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
