// SPDX-License-Identifier: Apache-2.0

import JSON
import Simulator
import Testing
import Values

/// A hold and its approval as an operator meets them: processes that share nothing but MongoDB.
@Suite(.surroundings, .timeLimit(.minutes(20))) struct HoldTests {
    /// Runs `run --once` and returns its summary.
    private func cycle(_ database: TestDatabase, _ arguments: [String] = []) async throws -> Value {
        let outcome = try await Program.run(database.once + ["--output", "json"] + arguments)
        return try JSON.parse(Array(outcome.output.utf8))
    }

    private func statuses(_ world: World, _ database: TestDatabase) async throws -> [String: Int] {
        let account = world.accountID
        let records = try await database.documents(in: "vnfrs").filter { $0["vim-account-id"]?.string == account }
        let statuses = records.compactMap { $0["vdur"]?[0]?["vim_info"]?["vim:\(account)"]?["vim_status"]?.string }
        return Dictionary(statuses.map { ($0, 1) }, uniquingKeysWith: +)
    }

    @Test func fromTheHoldToTheApprovedDeletion() async throws {
        let world = try World("hold", servers: 5)
        try await TestDatabase.with(world.documents.collections) { database in
            _ = try await cycle(database)
            let gone = world.bad.servers.prefix(4).compactMap { $0["id"]?.string }.sorted()
            for id in gone { try world.bad.apply(Change(.delete, id)) }

            for _ in 0..<2 {
                let held = try await cycle(database)
                #expect(held["vms_held"]?.isEqualInPython(to: 4) == true, "\(held)")
                #expect(held["deletions"]?.isEqualInPython(to: 0) == true)
                #expect(held["held"]?.array?.compactMap { $0["server"]?.string }.sorted() == gone)
                let cause = held["findings"]?[0]?["cause"]?.string ?? ""
                #expect(cause.hasPrefix("too many VMs went missing; 4 of 5 watched VMs"), "\(cause)")
            }
            #expect(try await statuses(world, database) == ["ACTIVE": 5])

            let name = world.account["name"]?.string ?? ""
            let approval = try await Program.run(["approve", name] + database.flags)
            #expect(approval.status == 0, "\(approval)")
            #expect(approval.output.hasPrefix("approved until "))
            #expect(approval.output.split(separator: "\n").dropFirst().map(String.init) == gone)
            // Who writes nothing takes it from nobody.
            let shadow = try await cycle(database, ["--dry-run"])
            #expect(shadow["deletions"]?.isEqualInPython(to: 4) == true)
            #expect(try await statuses(world, database) == ["ACTIVE": 5])

            let summary = try await cycle(database)
            #expect(summary["all_well"]?.isIdentical(to: true) == true, "\(summary)")
            #expect(summary["deletions"]?.isEqualInPython(to: 4) == true)
            #expect(summary["proofs"]?.isEqualInPython(to: 4) == true)
            #expect(try await statuses(world, database) == ["ACTIVE": 1, "DELETED": 4])

            let again = try await Program.run(["approve", world.accountID] + database.flags)
            #expect(again.status == 0)
            #expect(again.output.contains("nothing is held"), "\(again)")
        }
    }

    @Test func whatCannotBeApproved() async throws {
        var world = try World("unapproved", servers: 1)
        world.account["name"] = "one of two"
        world.documents.vimAccounts[0]["name"] = "one of two"
        try await TestDatabase.with(world.documents.collections) { database in
            let ids = world.documents.vimAccounts.compactMap { $0["_id"]?.string }
            for (account, words) in [("nobody", ["nobody"]), ("one of two", ids)] {
                let outcome = try await Program.run(["approve", account] + database.flags)
                #expect(outcome.status == 1)
                for word in words { #expect(outcome.errors.contains(word), "\(outcome)") }
            }
            try await database.insert(["_id": .string(world.accountID), "held": "all"], into: "vimwatch_holds")
            let damaged = try await Program.run(["approve", world.accountID] + database.flags)
            #expect(damaged.status == 1)
            #expect(damaged.errors.contains("\(world.accountID) of vimwatch_holds"), "\(damaged)")
        }
    }
}
