// SPDX-License-Identifier: Apache-2.0

@testable import Inventory
import TestInventory
import TestSeeded
import Testing
import Values

/// What comparing any record with anything a cloud shows amounts to.
@Suite struct RecordComparisonTests {
    /// What was written is not written again, whatever the record and the cloud look like.
    @Test(arguments: [false, true])
    func isIdempotent(_ parity: Bool) {
        var random = Seeded("RecordComparisonTests parity \(parity)")
        var (written, backedUp, toldOnce) = (0, 0, 0)
        for round in 0..<800 {
            let place: Comment = "seed \(random.seed) round \(round)"
            let record = random.record()
            let observations = random.observations(of: record)
            let rules = Rules(parity: parity)
            let first = ComparedValues(record: record, observations: observations, account: "a", rules: rules)
            #expect(first.outcomes.map(\.index) == observations.map(\.index), place)
            guard let update = first.update else { continue }
            written += 1
            #expect(first.outcomes.allSatisfy { !$0.isClean }, place)
            let changed = record.applying(update.changes)
            #expect(update.isApplied(in: changed), place)
            for vdu in update.vdus {
                #expect(vdu.saysAllInOneLine, "\(place): \(vdu.line)")
                if vdu.isToldOnce { toldOnce += 1 }
            }
            for vdu in update.vdus where !vdu.isDeletion {
                let info = changed["vdur"]?[vdu.record.index]?["vim_info"]?[vdu.record.vimKey]
                guard let interfaces = info?["interfaces"], interfaces.array?.isEmpty == false,
                    !(info?["vim_message"]?.isTruthy ?? false),
                    vdu.changes.contains(where: { $0.path.components.contains("vim_info") })
                else { continue }
                backedUp += 1
                #expect(info?["interfaces_backup"]?.isIdentical(to: interfaces) == true, place)
            }
            // A VM that is gone is not looked at again: its record no longer says which one it was.
            let again = observations.filter { observation in
                !update.vdus.contains { $0.isDeletion && $0.record.index == observation.index }
            }
            let second = ComparedValues(record: changed, observations: again, account: "a", rules: rules)
            if parity {
                // The original writes the address of the VNF along with every change: also where it is there already.
                #expect(second.update?.changes.isEmpty ?? true, "\(place): \(second.update?.changes ?? [])")
            } else if again.count == observations.count {
                #expect(second.update == nil, "\(place): \(second.update?.changes ?? [])")
            }
            for (index, vdu) in (record["vdur"]?.array ?? []).enumerated() where vdu["status"]?.string == "DELETING" {
                #expect(changed["vdur"]![index]!.isIdentical(to: vdu), place)
            }
        }
        #expect(written > 200 && backedUp > 50 && toldOnce > 3, "\(written) \(backedUp) \(toldOnce)")
    }

    /// What an unchanged part is remembered by does for the comparison what the part itself would.
    @Test func memoriesAreAsGoodAsWhatTheyStandFor() {
        var random = Seeded("memoriesAreAsGoodAsWhatTheyStandFor")
        var compared = 0
        for round in 0..<800 {
            let place: Comment = "seed \(random.seed) round \(round)"
            var record = random.record()
            let observations = random.observations(of: record)
            for _ in 0..<3 {
                let comparison = ComparedValues(
                    record: record, observations: observations, account: "a", rules: Rules())
                guard let update = comparison.update else { break }
                record = record.applying(update.changes)
            }
            let settled = ComparedValues(record: record, observations: observations, account: "a", rules: Rules())
            guard settled.update == nil, settled.outcomes.allSatisfy(\.isClean) else { continue }
            compared += 1
            // One part changes; the others are once seen and once remembered.
            let changed = observations.map { random.changed($0) }
            let remembered = zip(zip(observations, changed), settled.outcomes).map { pair, outcome in
                random.remembered(pair.1, unchangedFrom: pair.0, outcome)
            }
            let full = ComparedValues(record: record, observations: changed, account: "a", rules: Rules())
            let partial = ComparedValues(record: record, observations: remembered, account: "a", rules: Rules())
            let (expected, actual) = (
                record.applying(full.update?.changes ?? []), record.applying(partial.update?.changes ?? [])
            )
            #expect(Value.object(actual).isIdentical(to: .object(expected)), place)
            #expect(full.outcomes.map(\.isClean) == partial.outcomes.map(\.isClean), place)
        }
        #expect(compared > 30)
    }

    @Test func nothingIsSaidOfWhatIsUnknown() {
        let record: Object = ["_id": "v", "vdur": [.object(RecordUpdateTests.vdu("u"))]]
        let observation = VDUObservation(index: 0, serverID: "s", server: .unknown, ports: [:])
        let comparison = ComparedValues(record: record, observations: [observation], account: "a", rules: Rules())
        #expect(
            comparison.update == nil && comparison.findings.isEmpty && comparison.outcomes.map(\.isClean) == [false])
    }

    @Test func aVDUThatIsBeingDeletedIsLeftAlone() {
        var vdu = RecordUpdateTests.vdu("u")
        vdu["status"] = "DELETING"
        let comparison = ComparedValues(
            record: ["_id": "v", "vdur": [.object(vdu)]], observations: [RecordUpdateTests.observation(0, "u")],
            account: "a", rules: Rules()
        )
        #expect(
            comparison.update == nil && comparison.findings.isEmpty && comparison.outcomes.map(\.isClean) == [false])
    }

    @Test(arguments: [1, 7, -1])
    func aVDUThatIsNotThereIsReported(_ index: Int) {
        let record: Object = ["_id": "v", "vdur": [.object(RecordUpdateTests.vdu("u")), "no object"]]
        let comparison = ComparedValues(
            record: record, observations: [RecordUpdateTests.observation(index, "u")], account: "a", rules: Rules()
        )
        #expect(comparison.update == nil && comparison.findings.map(\.code) == [.recordMissing])
    }

    @Test func anotherServerThanTheRecords() {
        let record: Object = ["_id": "v", "vdur": [.object(RecordUpdateTests.vdu("u", server: "other"))]]
        let comparison = ComparedValues(
            record: record, observations: [RecordUpdateTests.observation(0, "u")], account: "a", rules: Rules()
        )
        #expect(comparison.update == nil && comparison.findings.isEmpty)
    }

    @Test(
        arguments: [
            ("id", nil), ("name", nil), ("status", nil), ("status", .null), ("status", 1), ("name", .unrepresentable),
            ("extra", .unrepresentable), ("name", .integer("99999999999999999999")),
        ] as [(String, Value?)])
    func aMalformedServerLeavesItsVM(_ key: String, _ value: Value?) {
        var server: Object = ["id": "s", "name": "vm", "status": "ACTIVE"]
        server[key] = value
        let record: Object = ["_id": "v", "vdur": [.object(RecordUpdateTests.vdu("u"))]]
        let observation = VDUObservation(index: 0, serverID: "s", server: .fresh(server), ports: [:])
        let comparison = ComparedValues(record: record, observations: [observation], account: "a", rules: Rules())
        #expect(comparison.update == nil && comparison.findings.map(\.code) == [.serverMalformed])
    }

    @Test(arguments: ["text", 7, ["a": 1]] as [Value])
    func interfacesOfAnotherShapeAreLeftAlone(_ interfaces: Value) throws {
        var vdu = RecordUpdateTests.vdu("u")
        vdu["vim_info"] = ["vim:a": ["vim_id": "s", "interfaces": interfaces]]
        let record: Object = ["_id": "v", "vdur": [.object(vdu)]]
        let comparison = ComparedValues(
            record: record, observations: [RecordUpdateTests.observation(0, "u")], account: "a", rules: Rules()
        )
        #expect(comparison.findings.map(\.code) == [.interfacesMalformed])
        let changed = record.applying(try #require(comparison.update).changes)
        let info = changed["vdur"]![0]!["vim_info"]!["vim:a"]!
        #expect(info["vim_status"]?.string == "ACTIVE" && info["interfaces"]!.isIdentical(to: interfaces))
    }

    @Test(arguments: ["text", .null, [:], ["vim_interface_id": 7]] as [Value])
    func anInterfaceWithoutIDIsReported(_ interface: Value) throws {
        var vdu = RecordUpdateTests.vdu("u")
        vdu["vim_info"] = ["vim:a": ["vim_id": "s", "interfaces": [interface, RecordUpdateTests.interface("pu")]]]
        let record: Object = ["_id": "v", "vdur": [.object(vdu)]]
        let comparison = ComparedValues(
            record: record, observations: [RecordUpdateTests.observation(0, "u")], account: "a", rules: Rules()
        )
        #expect(comparison.findings.map(\.code) == [.interfaceMalformed])
        let info = record.applying(try #require(comparison.update).changes)["vdur"]![0]!["vim_info"]!["vim:a"]!
        #expect(info["interfaces"]![0]!.isIdentical(to: interface))
        #expect(info["interfaces"]![1]!["mac_address"]?.string == "m")
    }
}

/// What a record says before its cloud is asked.
@Suite struct RecordedVDUTests {
    private func recorded(_ info: Object, status: Value = "ACTIVE") -> RecordedVDU? {
        let record: Object = [
            "_id": "v", "vdur": [["_id": "u", "status": status, "vim_info": ["vim:a": .object(info)]]],
        ]
        return RecordedVDU.read(in: record, at: RecordAddress(vnfr: "v", index: 0, account: "a"), rules: Rules())
    }

    @Test func whoToLookFor() throws {
        let vdu = try #require(
            recorded([
                "vim_id": "s", "vim_status": "ACTIVE", "vim_message": "Interface p deleted externally.",
                "interfaces": [["vim_interface_id": "p"], "text", ["vim_interface_id": "q"]],
            ]))
        #expect(
            vdu.server.mayBe(ResourceID("s")) && !vdu.server.mayBe(ResourceID("t"))
                && vdu.interfaces.map(\.description) == ["p", "q"])
        #expect(!vdu.isDeleted && !vdu.isDeleting && !vdu.deletionIsRecorded)
        #expect(vdu.saysDeleted(interface: "p") && !vdu.saysDeleted(interface: "q"))
    }

    @Test func theBackupOfOneThatIsDeleted() throws {
        var info: Object = [
            "vim_id": .null, "vim_name": .null, "vim_status": "DELETED", "vim_message": "Deleted externally",
            "interfaces": .null, "interfaces_backup": [["vim_interface_id": "p"]],
        ]
        let vdu = try #require(recorded(info, status: "DELETED"))
        #expect(vdu.isDeleted && vdu.deletionIsRecorded && vdu.interfaces.map(\.description) == ["p"])
        #expect(try #require(recorded(info, status: "ACTIVE")).deletionIsRecorded == false)
        info["vim_message"] = .null
        #expect(try #require(recorded(info, status: "DELETED")).deletionIsRecorded == false)
    }

    @Test func nothingOfTheAccount() {
        let address = RecordAddress(vnfr: "v", index: 0, account: "b")
        #expect(RecordedVDU.read(in: ["vdur": [["vim_info": ["vim:a": [:]]]]], at: address, rules: Rules()) == nil)
        #expect(RecordedVDU.read(in: ["vdur": "text"], at: address, rules: Rules()) == nil)
    }

    @Test func oneThatIsBeingDeleted() throws {
        #expect(try #require(recorded([:], status: "DELETING")).isDeleting)
    }
}
