// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Testing
import Values

@testable import Pipeline

/// What is kept of the tasks from cycle to cycle.
@Suite struct TaskBookTests {
    private static let key = DigestKey(seed: 5)

    private func book(
        _ vnfrs: [String], server: String = "s", knowing known: TaskBook, replacing previous: TaskBook? = nil
    ) throws -> TaskBook {
        var reader = TaskReader(known)
        for (index, vnfr) in vnfrs.enumerated() {
            let target = "vnfrs:\(vnfr):vdur.0.vim_info.vim:a"
            let entry: Value = ["action": "CREATE", "status": "DONE", "item": "vdu", "target_record": .string(target)]
            let document: Object = [
                "_id": .string("task-\(index)"), "target_id": "vim:a", "created_at": 5,
                "vim_info": ["vim_id": .string("\(server)-\(index)")], "tasks": [entry],
            ]
            try BSON.encode(document).withUnsafeBytes { reader.take($0, Self.key) }
        }
        return reader.finish(replacing: previous ?? known)
    }

    /// Tasks that are read as if nothing were known of them, and say the same, are not kept a second time.
    @Test func whatIsReadAnewIsKeptOnce() throws {
        let first = try book(["v", "w"], knowing: TaskBook())
        let second = try book(["v", "w"], knowing: TaskBook(), replacing: first)
        #expect(first.lists["a"] != nil && second.lists["a"] === first.lists["a"])
        for (reading, election) in zip(second.readings, try #require(second.lists["a"]).elections) {
            #expect(try #require(reading.task).get() === election.candidates.first)
        }
    }

    @Test func whatSaysSomethingElseIsAnother() throws {
        let first = try book(["v", "w"], knowing: TaskBook())
        let second = try book(["v", "w"], server: "another", knowing: TaskBook(), replacing: first)
        #expect(second.lists["a"] !== first.lists["a"])
        #expect(second.lists["a"]?.elections.map { $0.candidates.map(\.serverID) } == [["another-0"], ["another-1"]])
        #expect(try second.readings.map { try #require($0.task).get().serverID } == ["another-0", "another-1"])
    }

    /// To MongoDB ids that differ in letter case, or in the form of an accent, are different records.
    @Test func recordsAreToldApartByText() throws {
        let uuid = "3e6b8811-8b1d-4ac1-a7d8-5b761b64b862"
        let ids = ["v", uuid, uuid.uppercased(), "V", "\u{e9}", "e\u{301}", "7" + uuid.dropFirst(), "v"]
        let list = try #require(try book(ids, knowing: TaskBook()).lists["a"])
        #expect(list.records == 0..<7)
        for (number, id) in ids.dropLast().enumerated() {
            #expect(list.record(ResourceID(id)) == number)
            #expect(Array(list.id(ofRecord: number).utf8) == Array(id.utf8))
            #expect(list.vms(of: number).map { list.recordOf[$0] } == [number])
        }
        #expect(list.record(ResourceID("w")) == nil && list.record(ResourceID("8" + uuid.dropFirst())) == nil)
        // Two tasks for one record are one election of one VM.
        #expect(list.elections.count == 7 && list.elections[0].candidates.map(\.id) == ["task-0", "task-7"])
    }
}

@Suite struct CleanPortsTests {
    private static let good = CleanPort.listed(Digest(low: 2, high: 1), PortMemory(message: nil))
    private static let other = CleanPort.listed(Digest(low: 4, high: 3), PortMemory(message: nil))
    private static let bad = CleanPort.listed(Digest(low: 6, high: 5), PortMemory(message: "status"))

    @Test(
        arguments: [
            [], [good], [good, other], [other, good], [good, other, good], [bad], [good, bad], [bad, good], [.gone],
            [.gone, good], [good, .gone], [.gone, .gone],
        ])
    func areWhatTheyWereMadeOf(_ ports: [CleanPort]) {
        #expect(CleanPorts(ports).map { "\($0)" } == ports.map { "\($0)" })
    }
}
