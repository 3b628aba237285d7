// SPDX-License-Identifier: Apache-2.0

import BSON
import Mongo
import Records
import TestInventory
import TestSeeded
import Testing
import Values

@testable import Inventory

/// One meaning of an update in both stores, for records and observations of any shape.
@Suite struct RandomUpdateTests {
    /// Guards and changes at random, mostly of things that are there.
    @Test func `random guards and changes end alike in both stores`() async throws {
        var random = Seeded("guards and changes")
        let records = (0..<400).map { random.record("\($0)") }
        let updates = records.map { record in
            let paths = Value.object(record).paths().filter { $0 != "_id" } + ["a.b", "new", "b.0", "a.2.b"]
            let guards = (0..<random.number(0...3)).map { _ in
                let path = random.pick(paths)
                let value = Value.object(record).value(at: FieldPath(dotted: path))
                return random.guarding(path, value)
            }
            let changes = (0..<random.number(1...3)).map { _ in
                (random.pick(paths), random.value(depth: 2, keys: ["a", "b", "0"]))
            }
            return RecordUpdate(record["_id"]?.string ?? "", guards: guards, set: changes)
        }
        let outcome = try await Self.apply(updates, to: records, edited: records)
        #expect(outcome[0].matched == outcome[1].matched, "seed \(random.seed)")
        #expect(outcome[0].errors == outcome[1].errors, "seed \(random.seed)")
        for (memory, mongo) in zip(outcome[0].records, outcome[1].records) where memory != mongo {
            Issue.record("\(try BSON.decode(memory)) ≠ \(try BSON.decode(mongo)), seed \(random.seed)")
        }
        #expect(outcome[0].matched > 50 && outcome[0].matched < 350)
    }

    /// An update that no longer shares memory with others says all that it said before.
    @Test func `an update stands alone`() throws {
        var random = Seeded("alone")
        for number in 0..<200 {
            var comparer = RecordComparer(account: "a", rules: Rules())
            var updates = GuardedUpdates(expecting: random.number(1...9), writesLines: random.chance(50))
            var expected: [RecordUpdate] = []
            for place in 0..<random.number(1...4) {
                let record = random.vnfr("\(number) \(place)")
                let observations = random.observations(of: record)
                try BSON.encode(record).withUnsafeBytes { bytes in
                    let comparison = try comparer.compare(bytes, with: observations)
                    guard let update = comparison.update else { return }
                    expected.append(RecordUpdate(update, copying: comparer.changes))
                    updates.append(update, &comparer.changes)
                }
                withExtendedLifetime(observations) {}
            }
            for (shared, expected) in zip(updates.finish(), expected) {
                for update in [shared.alone, GuardedUpdate(shared.update), GuardedUpdate(expected)] {
                    #expect(try update.operation.get().filter == shared.operation.get().filter, "seed \(random.seed)")
                    #expect(try update.operation.get().update == shared.operation.get().update, "seed \(random.seed)")
                    #expect(update.bytes == shared.bytes)
                    let vdus = shared.update.vdus
                    #expect(vdus.count == update.update.vdus.count, "seed \(random.seed)")
                    #expect(Told.all(of: shared) == Told.all(of: update), "seed \(random.seed)")
                    #expect(Told.all(of: shared) == vdus.map { Told($0) }, "seed \(random.seed)")
                    for (vdu, other) in zip(update.update.vdus, vdus) {
                        #expect(vdu.lines == other.lines && vdu.line == other.line, "seed \(random.seed)")
                        #expect(other.alone.line == other.line, "seed \(random.seed)")
                        #expect(vdu.saysAllInOneLine, "seed \(random.seed): \(vdu.line)")
                    }
                    #expect(update.update.guards.map(\.path) == shared.update.guards.map(\.path))
                    let changes = zip(update.update.changes, shared.update.changes)
                    #expect(changes.allSatisfy { "\($0)" == "\($1)" }, "seed \(random.seed)")
                }
            }
        }
    }

    /// What the log is told of a VDU.
    private struct Told: Equatable {
        let record: String, server: String, name: String?, line: String
        let fields: Int
        let isDeletion: Bool

        init(_ vdu: VDUChange) {
            (record, server, name, line) = ("\(vdu.record)", vdu.serverID, vdu.name, vdu.line)
            (fields, isDeletion) = (vdu.changes.count, vdu.isDeletion)
        }

        init(_ vdu: LentVDU) {
            (record, server) = (OwnedBytes.text { vdu.writeRecord(to: &$0) }, vdu.server.description)
            (name, line) = (vdu.name.map { String(sound: $0) }, String(sound: vdu.line))
            (fields, isDeletion) = (vdu.fields, vdu.isDeletion)
        }

        static func all(of update: GuardedUpdate) -> [Told] {
            var all: [Told] = []
            update.lentVDUs { all.append(Told($0)) }
            return all
        }
    }

    /// One that BSON cannot have is refused with its reason, and still says what it would have changed.
    @Test func `an update without BSON harms no other`() throws {
        var updates = GuardedUpdates(expecting: 3)
        for (id, new) in [("r", "x"), ("s", .unrepresentable), ("t", "y")] as [(String, Value)] {
            var list = ChangeList()
            list.append(FieldChange(path: FieldPath("a"), old: "before", new: "after"))
            list.append(FieldChange(path: FieldPath("b"), old: 1, new: new))
            let draft = DraftedUpdate(id: .text(ResourceID(id)), position: 0)
            updates.append(draft, &list)
        }
        let finished = updates.finish()
        for (update, id) in zip(finished, ["r", "s", "t"]) {
            #expect(update.id == ResourceID(id) && update.update.id.string == id)
            #expect(update.update.changes.map(\.path.description) == ["a", "b"])
            #expect(update.update.changes.map(\.old?.summary) == ["\"before\"", "1"])
            #expect(update.update.changes[0].new.string == "after")
            switch update.operation {
            case .success(let operation):
                let set = try operation.update.lent { try BSON.decode(Array($0)) }["$set"]?.object
                #expect(id != "s" && set?["b"]?.string == (id == "r" ? "x" : "y"))
            case .failure(let error): #expect(id == "s" && "\(error)".contains("$set.b"))
            }
        }
    }

    /// What the comparison concludes from random observations, while others change some of the records.
    @Test func `random comparisons end alike in both stores`() async throws {
        var random = Seeded("comparisons")
        var records: [Object] = []
        var edited: [Object] = []
        var updates: [RecordUpdate] = []
        for number in 0..<600 {
            let record = random.vnfr("\(number)")
            let comparison = ComparedValues(
                record: record, observations: random.observations(of: record), account: "a",
                rules: Rules(parity: random.chance(25))
            )
            guard let update = comparison.update else { continue }
            records.append(record)
            edited.append(random.chance(30) ? random.edit(record, update) : record)
            updates.append(update)
        }
        let outcome = try await Self.apply(updates, to: records, edited: edited)
        #expect(outcome[0].matched == outcome[1].matched, "seed \(random.seed)")
        #expect(outcome[0].errors == outcome[1].errors, "seed \(random.seed)")
        for (index, pair) in zip(outcome[0].records, outcome[1].records).enumerated() {
            #expect(pair.0 == pair.1, "record \(index), seed \(random.seed)")
            let written = try BSON.decode(pair.1)
            let isUntouched = try pair.1 == bytes(edited[index])
            // All of an update or nothing of it; and all of it if nobody interfered.
            #expect(isUntouched || updates[index].isApplied(in: written), "record \(index), seed \(random.seed)")
            if try bytes(records[index]) == bytes(edited[index]) {
                #expect(updates[index].isApplied(in: written), "record \(index), seed \(random.seed)")
            }
        }
        #expect(outcome[0].matched > updates.count / 2 && outcome[0].matched < updates.count)
    }

    private struct Outcome {
        var matched: Int
        var errors: [Int]
        var records: [[UInt8]]
    }

    private static func apply(
        _ updates: [RecordUpdate], to records: [Object], edited: [Object]
    ) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for kind in StoreKind.allCases {
            try await kind.withStore { database in
                try await database.insert(edited, into: "vnfrs")
                let result = try await database.store.apply(updates.map { GuardedUpdate($0) })
                outcomes.append(
                    Outcome(
                        matched: result.matched, errors: result.errors.keys.sorted(),
                        records: try await database.documents(in: "vnfrs").map { try BSON.encode($0) }
                    )
                )
            }
        }
        return outcomes
    }
}

extension Value {
    /// The paths to everything in it.
    fileprivate func paths(_ prefix: String = "") -> [String] {
        let children: [(String, Value)] =
            switch self {
            case .object(let object): object.members.map { ($0.key, $0.value) }
            case .array(let elements): elements.enumerated().map { (String($0.offset), $0.element) }
            default: []
            }
        return children.flatMap { key, value in
            let path = prefix.isEmpty ? key : "\(prefix).\(key)"
            return [path] + value.paths(path)
        }
    }
}

extension Seeded {
    fileprivate mutating func record(_ id: String) -> Object {
        var record: Object = ["_id": .string(id)]
        for member in object(depth: 4, keys: ["a", "b", "0", "10"]).members { record[member.key] = member.value }
        return record
    }

    fileprivate mutating func guarding(_ path: String, _ value: Value?) -> Guard {
        switch number(0...9) {
        case 0: Guard(path, .notEqual(scalar()))
        case 1: Guard(path, .absent)
        case 2: Guard(path, .equals(scalar()))
        case 3: Guard(path, .equals([value ?? .null]))
        default: Guard(path: FieldPath(dotted: path), unchanged: value)
        }
    }

    /// A VNF record like OSM's, in parts damaged.
    fileprivate mutating func vnfr(_ id: String) -> Object {
        var record: Object = ["_id": .string(id), "vdur": .array((0..<number(1...3)).map { .object(vdu($0)) })]
        if chance(50) { record["ip-address"] = pick(["10.0.0.1", nil]) }
        if chance(20) { record["additional"] = value(depth: 3, keys: ["x", "y"]) }
        return record
    }

    private mutating func vdu(_ index: Int) -> Object {
        var info: Object = [
            "vim_id": pick([.string("server-\(index)"), .string("SERVER-\(index)"), .null]), "vim_name": "vm",
            "vim_status": pick(["ACTIVE", "DELETED", "BUILD"]), "vim_details": pick(["{a: b}", .null]),
            "vim_message": pick([.null, "Deleted externally", "foreign", "Interface port-0 deleted externally."]),
            "interfaces": interfaces(),
        ]
        if chance(50) { info["interfaces_backup"] = interfaces() }
        if chance(10) { info["vim_id"] = nil }
        var vdu: Object = [
            "_id": .string("vdu-\(index)"), "status": pick(["ACTIVE", "ERROR", "DELETED", .null]), "name": "vm",
            "vim_info": ["vim:a": .object(info), "vim:b": value(depth: 2, keys: ["x"])],
        ]
        if chance(80) { vdu["interfaces"] = [["ip-address": "10.0.0.1"], ["mac-address": .null], pick([.null, [:]])] }
        if chance(20) { vdu["extra"] = value(depth: 3, keys: ["x", "y"]) }
        return vdu
    }

    private mutating func interfaces() -> Value {
        if chance(20) { return pick([.null, [], "none", [:]]) }
        return .array(
            (0..<number(1...3)).map { index in
                var interface: Object = [
                    "vim_interface_id": .string("port-\(index)"), "ip_address": pick(["10.0.0.1", .null]),
                    "mac_address": "fa:16:3e:00:00:00", "mgmt_vnf_interface": pick([true, .null]),
                    "mgmt_vdu_interface": pick([true, false]),
                ]
                if chance(50) { interface["mtu"] = pick([400, .double(400), .int64(400)]) }
                return chance(5) ? scalar() : .object(interface)
            })
    }

    fileprivate mutating func observations(of record: Object) -> [VDUObservation] {
        (record["vdur"]?.array ?? []).indices.compactMap { index in
            guard chance(80) else { return nil }
            var ports: [ByPort<PortObservation>.Entry] = []
            for port in 0..<3 {
                let seen: PortObservation = pick([.unknown, .gone, .fresh(self.port(port)), .fresh(self.port(port))])
                ports.append((ResourceKey("port-\(port)"), seen))
            }
            return VDUObservation(
                index: index, serverID: "server-\(index)",
                server: pick([.fresh(server(index)), .fresh(server(index)), .gone, .same(ServerMemory(host: "node"))]),
                ports: ByPort(ports[...])
            )
        }
    }

    private mutating func server(_ index: Int) -> Object {
        var server: Object = [
            "id": .string("server-\(index)"), "name": pick(["vm", "renamed", 5]),
            "status": pick(["ACTIVE", "ERROR", "SHUTOFF", .null]),
            "OS-EXT-SRV-ATTR:host": pick(["node", "", .null]),
        ]
        if chance(20) { server["metadata"] = value(depth: 2, keys: ["x", "y"]) }
        return server
    }

    private mutating func port(_ index: Int) -> Object {
        var port: Object = [
            "id": .string("port-\(index)"), "status": pick(["ACTIVE", "DOWN"]), "mac_address": "fa:16:3e:00:00:01",
            "network_id": pick(["net", .null]),
            "fixed_ips": pick([
                [], [["ip_address": "10.0.0.2"]], [["ip_address": "10.0.0.2"], ["ip_address": "fd00::2"]],
            ]),
        ]
        if chance(30) { port["binding:profile"] = ["pci_slot": pick(["0000:01", .null])] }
        if chance(30) { port["binding:vif_details"] = ["vlan": pick([7, .double(7), .null])] }
        return port
    }

    /// What another writer does between reading and writing.
    fileprivate mutating func edit(_ record: Object, _ update: RecordUpdate) -> Object {
        switch number(0...4) {
        case 0:
            var shifted = record
            shifted["vdur"] = .array(Array((record["vdur"]?.array ?? []).dropFirst()))
            return shifted
        case 1: return record.setting("DELETING", at: "vdur.0.status")
        case 2: return record.setting(scalar(), at: "vdur.0.vim_info.vim:a.vim_id")
        case 3:
            let path = pick(Array(update.changes)).path
            return record.setting(value(depth: 2, keys: ["x", "0"]), at: path.description)
        default: return record.setting(scalar(), at: pick(Value.object(record).paths().filter { $0 != "_id" }))
        }
    }
}
