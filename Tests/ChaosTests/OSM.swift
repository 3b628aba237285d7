// SPDX-License-Identifier: Apache-2.0

import Simulator
import Support
import Values

/// The other writers of OSM's database, at work on one VDU. They know nothing of VIMWatch and guard nothing.
struct OSM {
    private let world: ChaosWorld
    private let number: UInt64

    /// - Parameter number: chooses the record and the VDU.
    init(_ world: ChaosWorld, _ number: UInt64) {
        self.world = world
        self.number = number
    }

    /// The record that a number chooses; `nil` if there is none.
    static func choose(_ records: [Object], _ number: UInt64) -> Object? {
        records.isEmpty ? nil : records[Int(number % UInt64(records.count))]
    }

    func does(_ work: OSMWork) async throws {
        switch work {
        case .lockDatabase, .unlockDatabase:
            return try await world.database.edit("admin") {
                $0 = [["_id": "version", "status": work == .lockDatabase ? "PROCESSING" : "ENABLED"]]
            }
        default: break
        }
        guard let record = Self.choose(try await world.database.documents(in: "vnfrs"), number),
            let vdus = record["vdur"]?.array, !vdus.isEmpty
        else { return }
        let index = Int(number / 64 % UInt64(vdus.count))
        guard let vdu = vdus[index].object, let key = vdu["vim_info"]?.object?.members.first?.key,
            let cloud = world.cloud(ofAccount: String(key.dropFirst(4)))
        else { return }
        let target = TargetRecord(vnfr: record.id, index: index, account: String(key.dropFirst(4)))
        let place = Place(record: record, target: target, vdu: vdu, key: key, cloud: cloud)
        switch work {
        case .scaleIn: try await scaleIn(place)
        case .scaleOut: try await scaleOut(place)
        case .beginHealing: try await beginHealing(place)
        case .finishHealing: try await finishHealing(place)
        case .removeRecord:
            guard number % 3 == 0 else { return }
            try await world.database.edit("vnfrs") { $0.removeAll { $0.id == record.id } }
        default:
            let truth = work == .refresh || work == .refreshPart ? Truth(cloud) : nil
            try await world.database.edit("vnfrs") { records in
                for position in records.indices where records[position].id == record.id {
                    RecordEdit(index: index, key: key, truth: truth, number: number).apply(work, to: &records[position])
                }
            }
        }
    }

    private struct Place {
        let record: Object
        let target: TargetRecord
        let vdu: Object
        let key: String
        let cloud: SimulatedCloud

        var serverID: String? { vdu["vim_info"]?[key]?["vim_id"]?.string }
    }

    /// LCM removes the VDU; later ones move up, while their tasks may go on naming the old places.
    private func scaleIn(_ place: Place) async throws {
        if let id = place.serverID { world.delete(server: id) }
        try await world.database.edit("vnfrs") { records in
            for position in records.indices where records[position].id == place.record.id {
                var vdus = records[position]["vdur"]?.array ?? []
                vdus.remove(at: place.target.index)
                records[position]["vdur"] = .array(vdus)
            }
        }
        let isTidy = number % 2 == 0
        try await world.database.edit("ro_tasks") { tasks in
            if isTidy { tasks.removeAll { $0.target == place.target } }
            for position in tasks.indices {
                guard isTidy, var target = tasks[position].target, target.vnfr == place.target.vnfr,
                    target.index > place.target.index
                else { continue }
                target.index -= 1
                tasks[position].target = target
            }
        }
    }

    private func scaleOut(_ place: Place) async throws {
        guard let (id, made) = boot(in: place.cloud) else { return }
        guard var vdu = Value.object(made.vdu).withoutManagementOfVNF.object else { return }
        vdu["_id"] = .string("vdu-\(id)")
        vdu["id"] = .string("vdu-\(id)")
        world.ledger.withLock { $0.assign(id, to: "vdu-\(id)") }
        let added = vdu
        let count = place.record["vdur"]?.array?.count ?? 0
        try await world.database.edit("vnfrs") { records in
            for position in records.indices where records[position].id == place.record.id {
                records[position]["vdur"] = .array((records[position]["vdur"]?.array ?? []) + [.object(added)])
            }
        }
        let target = TargetRecord(vnfr: place.record.id, index: count, account: place.target.account)
        try await add(made.task, id: id, target)
    }

    /// A new CREATE waits; what is known of the old server counts no more.
    private func beginHealing(_ place: Place) async throws {
        if number % 2 == 0, let id = place.serverID { world.delete(server: id) }
        let now = world.clock.now
        let task: Object = [
            "_id": .string("healing-\(number)"), "target_id": .string(place.key), "created_at": .double(now),
            "vim_info": [:],
            "tasks": [
                [
                    "status": "SCHEDULED", "item": "vdu", "action": "CREATE",
                    "target_record": .string(place.target.text),
                ]
            ],
        ]
        try await world.database.edit("ro_tasks") { tasks in
            tasks.removeAll { $0.id == task.id }
            tasks.append(task)
        }
    }

    /// A new server is there, and the record belongs to it.
    private func finishHealing(_ place: Place) async throws {
        guard let (id, made) = boot(in: place.cloud) else { return }
        let old = place.serverID
        if number % 3 != 0, let old { world.delete(server: old) }
        world.ledger.withLock { $0.assign(id, to: place.vdu.id) }
        let flags = place.vdu["vim_info"]?[place.key]?["interfaces"]?.array ?? []
        let managesVNF = flags.contains { $0["mgmt_vnf_interface"]?.isTruthy ?? false }
        try await world.database.edit("vnfrs") { records in
            for position in records.indices where records[position].id == place.record.id {
                let new = managesVNF ? .object(made.vdu) : Value.object(made.vdu).withoutManagementOfVNF
                guard var vdus = records[position]["vdur"]?.array, vdus.indices.contains(place.target.index),
                    var vdu = new.object
                else { return }
                for key in ["_id", "id"] { vdu[key] = place.vdu[key] }
                vdus[place.target.index] = .object(vdu)
                records[position]["vdur"] = .array(vdus)
            }
        }
        try await world.database.edit("ro_tasks") { tasks in
            tasks.removeAll { task in
                task.target == place.target && (task.id.hasPrefix("healing") || number % 2 == 0)
            }
            for position in tasks.indices where tasks[position].target == place.target {
                let deleted: Value = [
                    "status": "FINISHED", "item": "vdu", "action": "DELETE",
                    "target_record": .string(place.target.text),
                ]
                tasks[position]["tasks"] = .array((tasks[position]["tasks"]?.array ?? []) + [deleted])
            }
        }
        try await add(made.task, id: id, place.target)
    }

    /// A new server where the account leads. While that is another project, the cloud shows nothing of it.
    private func boot(in cloud: SimulatedCloud) -> (String, Truth.VDU)? {
        guard cloud.settings.newProjectID == nil, let id = try? cloud.apply(Change(.boot)).servers.first,
            let made = Truth(cloud).vdus[id.lowercased()]
        else { return nil }
        return (id, made)
    }

    private func add(_ task: Object, id: String, _ target: TargetRecord) async throws {
        var task = task
        task["_id"] = .string("task-\(id)")
        task["created_at"] = .double(world.clock.now)
        task.target = target
        let added = task
        try await world.database.edit("ro_tasks") { $0.append(added) }
    }
}

extension Object {
    /// The VDU that the first entry of a document of `ro_tasks` names.
    var target: TargetRecord? {
        get { self["tasks"]?[0]?["target_record"]?.string.flatMap(TargetRecord.init) }
        set {
            guard let newValue, var entries = self["tasks"]?.array, var entry = entries.first?.object else { return }
            entry["target_record"] = .string(newValue.text)
            entries[0] = .object(entry)
            self["tasks"] = .array(entries)
        }
    }
}
