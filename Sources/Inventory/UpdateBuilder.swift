// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// Turns comparisons of one record's VDUs into one guarded update.
struct UpdateBuilder {
    private let record: Fields
    private let paths: RecordPaths
    private let rules: Rules
    private var vdus: [DraftedVDU] = []
    /// The `TaskElection.position` of the last VDU that has an address for the VNF.
    private var position = 0
    /// The change to that address, unless the VNF has it.
    private var addressed: (comparison: VDUComparison, serverID: ResourceID, change: FieldChange)?
    private(set) var findings: [Finding] = []

    init(record: Fields, paths: RecordPaths, rules: Rules) {
        self.record = record
        self.paths = paths
        self.rules = rules
    }

    /// - Parameter changes: where they are noted.
    mutating func add(_ comparison: VDUComparison, of observation: VDUObservation, to changes: inout ChangeWriter) {
        // The original writes the address of the VNF along with a changed VDU only.
        if let address = comparison.vnfAddress, comparison.isChanged || !rules.parity {
            position = observation.position
            addressed = nil
            if let change = addressChange(to: address) { addressed = (comparison, observation.serverID, change) }
        }
        guard comparison.isChanged else { return }
        let places = paths.places(of: comparison.address)
        add(comparison, serverID: observation.serverID, at: places, to: &changes) { identity, changes in
            comparison.write(to: &changes, at: places, as: identity)
        }
    }

    /// - Parameter makesLines: whether what the log says is made.
    mutating func finish(_ changes: inout ChangeWriter, makesLines: Bool) -> DraftedUpdate? {
        if let (comparison, serverID, change) = addressed { add(change, of: comparison, serverID, to: &changes) }
        guard !vdus.isEmpty else { return nil }
        if makesLines {
            for number in vdus.indices {
                let vdu = vdus[number]
                vdus[number].line = vdu.record.line { changes.list.lent(vdu.changes, $0) }
            }
        }
        return DraftedUpdate(id: record["_id"] ?? .null, position: position, vdus: vdus)
    }

    /// Adds the change to the VNF's address, to those of the VDU if that has any.
    private mutating func add(
        _ change: FieldChange, of comparison: VDUComparison, _ serverID: ResourceID, to changes: inout ChangeWriter
    ) {
        let places = paths.places(of: comparison.address)
        guard let number = vdus.lastIndex(where: { $0.record == comparison.address }) else {
            return add(comparison, serverID: serverID, at: places, to: &changes) { identity, changes in
                if let identity { changes.list.keep(comparison, at: places, as: identity) }
                changes.list.append(change)
            }
        }
        let section = changes.list.beginSection()
        changes.list.append(change)
        guard isWritable(changes.list, of: comparison, at: places) else { return changes.list.forget(from: section) }
        let end = vdus[number].changes.upperBound
        changes.list.moveLast(to: end)
        vdus[number].changes = vdus[number].changes.lowerBound..<end + 1
        for later in vdus.indices.dropFirst(number + 1) {
            vdus[later].changes = vdus[later].changes.lowerBound + 1..<vdus[later].changes.upperBound + 1
        }
    }

    /// Adds the changes to a VDU.
    private mutating func add(
        _ comparison: VDUComparison, serverID: ResourceID, at places: VDUPlaces, to changes: inout ChangeWriter,
        _ note: (VDUPlaces.Identity?, inout ChangeWriter) -> Void
    ) {
        let section = changes.list.beginSection()
        note(identity(of: comparison, at: places), &changes)
        let added = section.changes..<changes.list.count
        guard !added.isEmpty, isWritable(changes.list, of: comparison, at: places) else {
            return changes.list.forget(from: section)
        }
        vdus.append(
            DraftedVDU(
                record: comparison.address, server: serverID,
                name: comparison.name ?? comparison.recorded.text("name"), changes: added,
                isDeletion: comparison.isDeletion))
    }

    /// Whether the changes of the section could be guarded and addressed; otherwise that is reported.
    private mutating func isWritable(
        _ changes: borrowing ChangeList, of comparison: VDUComparison, at places: VDUPlaces
    ) -> Bool {
        guard identity(of: comparison, at: places) != nil else {
            let cause = "it has neither _id nor id by which an update could be guarded; not written"
            report(Finding(.vduUnidentified, "\(comparison.address)", cause))
            return false
        }
        guard changes.areAddressable, places.areAddressable else {
            let cause = "a field to be written has a name that MongoDB cannot address; not written"
            report(Finding(.unrepresentable, "\(comparison.address)", cause))
            return false
        }
        return true
    }

    /// Once, though a VDU may have a part in two changes: its own and that of its VNF's address.
    private mutating func report(_ finding: Finding) {
        if !findings.contains(finding) { findings.append(finding) }
    }

    /// The field that says which VDU it is.
    private func identity(of comparison: VDUComparison, at places: VDUPlaces) -> VDUPlaces.Identity? {
        places.identities.first { comparison.recorded.has($0.key) }
    }

    /// The change that gives the VNF its address, `nil` if it has it.
    private func addressChange(to address: Value) -> FieldChange? {
        if rules.parity {
            // The original's field name: the record's own id, holding an object.
            guard let id = record.text("_id") else { return nil }
            let recorded = record.element(named: id)
            guard let holder = Fields(recorded) else {
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
