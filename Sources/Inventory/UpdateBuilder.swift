// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// Turns comparisons of one record's VDUs into one guarded update.
struct UpdateBuilder {
    private let record: Fields
    private let id: RecordID
    private let paths: RecordPaths
    private let rules: Rules
    /// The `TaskElection.position` of the last VDU that has an address for the VNF.
    private var position = 0
    /// The change to that address, unless the VNF has it.
    private var addressed: (vdu: ComparedVDU, change: FieldChange)?
    private(set) var findings: [Finding] = []

    /// - Parameter id: `_id` of the record, if it is a text.
    init(record: Fields, id: ResourceID?, paths: RecordPaths, rules: Rules) {
        self.record = record
        self.id = id.map { .text($0) } ?? .other(record["_id"] ?? .null)
        self.paths = paths
        self.rules = rules
    }

    /// - Parameter changes: where they are noted.
    mutating func add(
        _ comparison: borrowing VDUComparison, of observation: VDUObservation, to changes: inout ChangeWriter
    ) {
        // The original writes the address of the VNF along with a changed VDU only.
        if let address = comparison.vnfAddress, comparison.isChanged || !rules.parity {
            position = observation.position
            addressed = nil
            if let change = addressChange(to: address) {
                addressed = (ComparedVDU(comparison, observation.serverID), change)
            }
        }
        guard comparison.isChanged else { return }
        let vdu = ComparedVDU(comparison, observation.serverID)
        let (section, places) = (changes.list.beginSection(), paths.places(of: comparison.address))
        let identity = places.identity(of: vdu)
        if let identity { changes.list.keep(vdu, at: places, as: identity) }
        comparison.write(to: &changes, at: places)
        finish(section, of: vdu, at: places, as: identity, &changes.list)
    }

    mutating func finish(_ changes: inout ChangeWriter) -> DraftedUpdate? {
        if let (vdu, change) = addressed { add(change, of: vdu, to: &changes.list) }
        return changes.list.vdus.isEmpty ? nil : DraftedUpdate(id: id, position: position)
    }

    /// Adds the change to the VNF's address, to those of the VDU if that has any.
    private mutating func add(_ change: FieldChange, of vdu: ComparedVDU, to changes: inout ChangeList) {
        let (section, places) = (changes.beginSection(), paths.places(of: address(of: vdu)))
        let identity = places.identity(of: vdu)
        guard let number = changes.vdus.lastIndex(where: { $0.index == vdu.index }) else {
            if let identity { changes.keep(vdu, at: places, as: identity) }
            changes.append(change)
            return finish(section, of: vdu, at: places, as: identity, &changes)
        }
        changes.append(change)
        guard isWritable(changes, of: vdu, at: places, as: identity) else { return changes.forget(from: section) }
        changes.giveLast(toVDU: number)
    }

    private func address(of vdu: ComparedVDU) -> RecordAddress {
        RecordAddress(vnfrID: id.text ?? ResourceID(""), index: vdu.index, account: paths.account)
    }

    /// Takes what was noted of a VDU since the section began, or forgets it.
    private mutating func finish(
        _ section: ChangeList.Section, of vdu: ComparedVDU, at places: VDUPlaces, as identity: VDUPlaces.Identity?,
        _ changes: inout ChangeList
    ) {
        let added = section.changes..<changes.count
        guard !added.isEmpty, isWritable(changes, of: vdu, at: places, as: identity) else {
            return changes.forget(from: section)
        }
        changes.append(
            DraftedVDU(
                index: vdu.index, server: vdu.serverID, name: vdu.name, changes: added, isDeletion: vdu.isDeletion))
    }

    /// Whether the changes of the section could be guarded and addressed; otherwise that is reported.
    private mutating func isWritable(
        _ changes: borrowing ChangeList, of vdu: ComparedVDU, at places: VDUPlaces, as identity: VDUPlaces.Identity?
    ) -> Bool {
        guard identity != nil else {
            let cause = "it has neither _id nor id by which an update could be guarded; not written"
            report(Finding(.vduUnidentified, "\(address(of: vdu))", cause))
            return false
        }
        guard changes.areAddressable, places.areAddressable else {
            let cause = "a field to be written has a name that MongoDB cannot address; not written"
            report(Finding(.unrepresentable, "\(address(of: vdu))", cause))
            return false
        }
        return true
    }

    /// Once, though a VDU may have a part in two changes: its own and that of its VNF's address.
    private mutating func report(_ finding: Finding) {
        if !findings.contains(finding) { findings.append(finding) }
    }

    /// The change that gives the VNF its address, `nil` if it has it.
    private func addressChange(to new: VNFAddress) -> FieldChange? {
        if !rules.parity, case .seen(let seen) = new, record.element("ip-address")?.holds(seen) ?? false { return nil }
        let address = new.value
        if rules.parity {
            // The original's field name: the record's own id, holding an object.
            guard let id = record.text("_id") else { return nil }
            let recorded = record.element(named: id)
            guard let holder = record.fields(in: recorded) else {
                let old = recorded.flatMap { try? $0.decoded() }
                return FieldChange(path: FieldPath(id), old: old, new: ["ip-address": address])
            }
            // Even if it is there already: it is the last word on it.
            return FieldChange(path: FieldPath(id, "ip-address"), old: holder["ip-address"], new: address)
        }
        let recorded = record["ip-address"]
        if let recorded, recorded.isEqualInPython(to: address) || isAddressElsewhere(recorded) { return nil }
        return FieldChange(path: FieldPath("ip-address"), old: recorded, new: address)
    }

    /// Whether the VNF's address is that of a VDU which runs in another VIM: then it is not this account's to say.
    private func isAddressElsewhere(_ address: Value) -> Bool {
        guard let text = address.string, !text.isEmpty else { return false }
        for vdu in record["vdur"]?.array ?? [] {
            guard let infos = vdu["vim_info"]?.object, infos["vim:\(paths.account)"] == nil else { continue }
            for interface in infos.members.flatMap({ $0.value["interfaces"]?.array ?? [] })
            where interface["mgmt_vnf_interface"]?.isTruthy ?? false {
                if interface["ip_address"]?.string?.split(separator: ";").first.map(String.init) == text {
                    return true
                }
            }
        }
        return false
    }
}

/// A VDU that was compared, as far as an update has to say which it is.
struct ComparedVDU {
    let index: Int
    let serverID: ResourceID
    let recorded: Fields
    let recordedInfo: Fields
    /// In UTF-8, lent as the record is, or what was seen.
    let name: UnsafeRawBufferPointer?
    let isDeletion: Bool

    init(_ comparison: borrowing VDUComparison, _ serverID: ResourceID) {
        index = comparison.address.index
        self.serverID = serverID
        (recorded, recordedInfo) = (comparison.recorded, comparison.recordedInfo)
        name = comparison.name?.utf8 ?? comparison.recorded.element("name")?.utf8
        isDeletion = comparison.isDeletion
    }
}

extension VDUPlaces {
    /// The field that says which VDU it is.
    fileprivate func identity(of vdu: ComparedVDU) -> Identity? { identities.first { vdu.recorded.has($0.key) } }
}

/// An address that a VDU has for its VNF.
enum VNFAddress {
    /// As it was seen, which lives longer than this.
    case seen(BSONElement)
    case recorded(String)

    fileprivate var value: Value {
        switch self {
        case .seen(let element): (try? element.decoded()) ?? .unrepresentable
        case .recorded(let text): .string(text)
        }
    }
}
