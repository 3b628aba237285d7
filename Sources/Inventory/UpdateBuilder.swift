// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// Turns comparisons of one record's VDUs into one guarded update.
struct UpdateBuilder {
    private let record: Fields
    private let lent: LentRecord
    private let paths: RecordPaths
    private let rules: Rules
    private var vdus: [VDUChange] = []
    private var changes = FieldChanges()
    private let makesLines: Bool
    /// The `TaskElection.position` of the last VDU that has an address for the VNF.
    private var position = 0
    /// The change to that address, unless the VNF has it.
    private var addressed: (comparison: VDUComparison, serverID: ResourceID, change: FieldChange)?
    private(set) var findings: [Finding] = []

    /// - Parameters:
    ///   - document: the record's bytes.
    ///   - makesLines: see `VDUChange`.
    init(record: Fields, in document: SharedBytes, paths: RecordPaths, rules: Rules, makesLines: Bool) {
        self.makesLines = makesLines
        self.record = record
        lent = LentRecord(document: document, bytes: record.bytes)
        self.paths = paths
        self.rules = rules
    }

    mutating func add(_ comparison: VDUComparison, of observation: VDUObservation) {
        // The original writes the address of the VNF along with a changed VDU only.
        if let address = comparison.vnfAddress, comparison.isChanged || !rules.parity {
            position = observation.position
            addressed = nil
            if let change = addressChange(to: address) { addressed = (comparison, observation.serverID, change) }
        }
        guard comparison.isChanged else { return }
        let places = paths.places(of: comparison.address)
        add(
            comparison.changes(at: places, of: lent, as: identity(of: comparison, at: places)), of: comparison,
            at: places, serverID: observation.serverID)
    }

    mutating func finish() -> RecordUpdate? {
        if let (comparison, serverID, change) = addressed { add(change, of: comparison, serverID: serverID) }
        guard !changes.isEmpty else { return nil }
        return RecordUpdate(id: record["_id"] ?? .null, position: position, vdus: vdus, guarded: changes)
    }

    /// Adds the change to the VNF's address.
    private mutating func add(_ change: FieldChange, of comparison: VDUComparison, serverID: ResourceID) {
        let places = paths.places(of: comparison.address)
        if let last = vdus.lastIndex(where: { $0.record == comparison.address }) {
            guard isWritable([change], of: comparison, at: places) else { return }
            changes.append([change])
            vdus[last] = vdus[last].with([change])
        } else {
            var list = ChangeList(of: lent)
            if let identity = identity(of: comparison, at: places) { list.keep(comparison, at: places, as: identity) }
            list.append(change)
            add(list.finish(), of: comparison, at: places, serverID: serverID)
        }
    }

    /// Adds the changes to a VDU.
    private mutating func add(
        _ more: FieldChanges, of comparison: VDUComparison, at places: VDUPlaces, serverID: ResourceID
    ) {
        guard !more.isEmpty, isWritable(more, of: comparison, at: places) else { return }
        // Most records have one VDU: then all share one list.
        if changes.isEmpty { changes = more } else { changes.append(more) }
        vdus.append(
            VDUChange(
                record: comparison.address, serverID: serverID,
                name: comparison.name ?? comparison.recorded.text("name"), changes: more,
                isDeletion: comparison.isDeletion, makesLine: makesLines
            )
        )
    }

    /// Whether an update could be guarded and addressed; otherwise that is reported.
    private mutating func isWritable(_ changes: FieldChanges, of comparison: VDUComparison, at places: VDUPlaces)
        -> Bool
    {
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
