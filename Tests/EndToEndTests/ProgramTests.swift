// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Simulator
import Testing
import Values

/// `vimwatch run --once` as an operator runs it.
@Suite(.surroundings, .timeLimit(.minutes(20))) struct ProgramTests {
    @Test func summaryTellsWhatWasWrittenAndNothingThereafter() async throws {
        let world = try World("once")
        try await TestDatabase.with(world.documents.collections) { database in
            let first = try await Program.run(database.once)
            #expect(first.status == 0)
            #expect(first.errors.isEmpty)
            #expect(first.output.contains("2 accounts, 6 VMs, wrote 6 VDUs"), "\(first.output)")
            #expect(first.output.contains("vim_status: \"BUILD\" → \"ACTIVE\""), "\(first.output)")
            let vnfrs = try await database.documents(in: "vnfrs")
            #expect(world.stale(world.good, in: vnfrs) + world.stale(world.bad, in: vnfrs) == [])

            let second = try await Program.run(database.once)
            #expect(second.status == 0)
            #expect(second.output.contains("wrote 0 VDUs (0 fields)"), "\(second.output)")

            try world.bad.apply(Change(.stop, world.serverID))
            let third = try await Program.run(database.once + ["--output", "json"])
            #expect(third.status == 0)
            let summary = try JSON.parse(Array(third.output.utf8))
            #expect(summary["all_well"]?.isIdentical(to: true) == true)
            #expect(summary["changes"]?.array?.count == 1)
            let change = summary["changes"]?[0]
            #expect(change?["server"]?.string == world.serverID)
            #expect(change?["vnfr"]?.string == world.recordID)
            let field = change?["fields"]?.array?.first { $0["path"]?.string == "vdur.0.status" }
            #expect(field?["old"]?.string == "ACTIVE" && field?["new"]?.string == "SHUTOFF", "\(third.output)")
        }
    }

    @Test func failingAccountGivesThree() async throws {
        let world = try World("three")
        try world.add(.drop)
        try await TestDatabase.with(world.documents.collections) { database in
            let outcome = try await Program.run(database.once + ["--output", "json"])
            #expect(outcome.status == 3)
            let summary = try JSON.parse(Array(outcome.output.utf8))
            #expect(summary["accounts_failed"]?.isEqualInPython(to: 1) == true)
            #expect(summary["all_well"]?.isIdentical(to: false) == true)
            #expect(summary["findings"]?[0]?["subject"]?.string?.contains(world.accountID) == true)
            #expect(outcome.errors.contains(world.accountID))
            let vnfrs = try await database.documents(in: "vnfrs")
            #expect(world.stale(world.good, in: vnfrs) == [])
            #expect(world.changed(world.bad, in: vnfrs) == [])
        }
    }

    @Test func dryRunWritesNothing() async throws {
        let world = try World("dry")
        try await TestDatabase.with(world.documents.collections) { database in
            let outcome = try await Program.run(database.once + ["--dry-run"])
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("would write 6 VDUs"), "\(outcome.output)")
            let vnfrs = try await database.documents(in: "vnfrs")
            #expect(world.changed(world.good, in: vnfrs) + world.changed(world.bad, in: vnfrs) == [])
        }
    }

    @Test func unreachableDatabaseGivesOne() async throws {
        let outcome = try await Program.run(
            ["run", "--once", "--database-server-selection-timeout", "2"],
            environment: ["OSMRO_DATABASE_URI": "mongodb://osm:pa55word@127.0.0.1:1/"]
        )
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("127.0.0.1:1"), "\(outcome.output)")
        #expect(outcome.output.localizedLowercase.contains("failed to connect"), "\(outcome.output)")
        #expect(!(outcome.output + outcome.errors).contains("pa55word"))
        #expect(!outcome.output.contains("read-only"), "\(outcome.output)")
    }
}

extension TestDatabase {
    /// Arguments for one cycle here.
    var once: [String] { ["run", "--once"] + flags }
}
