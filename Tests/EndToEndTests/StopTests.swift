// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Simulator
import TestMongo
import Testing
import Values

/// The executable and signals: what was read is written whole, what was not stays as it was.
@Suite(.surroundings, .timeLimit(.minutes(20))) struct StopTests {
    /// One account after the other, and a writer that would wait for more: while the second account is asked, the
    /// first is handed on and not written.
    private static let inOrder = [
        "--concurrency-accounts", "1", "--writer-linger", "60", "--http-stall-timeout", "600",
        "--http-request-timeout", "900", "--lease-ttl", "600",
    ]

    @Test(arguments: [SIGTERM, SIGINT])
    func inTheMiddleOfACycle(_ signal: Int32) async throws {
        let world = try World("stop \(signal)")
        try world.add(.stall(), to: .servers, when: .times(1))
        let simulator = try Surroundings.get().simulator
        try await TestDatabase.with(world.documents.collections) { database in
            let program = try Program(database.once + Self.inOrder + ["--output", "json"])
            try await eventually("the second account is asked") {
                simulator.counters.requests(.servers, of: world.bad.name) == 1
            }
            #expect(world.changed(world.good, in: try await database.documents(in: "vnfrs")) == [])
            program.send(signal)
            let outcome = try await program.outcome()
            #expect(outcome.status == 0)
            #expect(try JSON.parse(Array(outcome.output.utf8))["stopped"]?.isIdentical(to: true) == true)
            let vnfrs = try await database.documents(in: "vnfrs")
            #expect(world.stale(world.good, in: vnfrs) == [])
            #expect(world.changed(world.bad, in: vnfrs) == [])
            #expect(try await database.leaseIsFree)

            let next = try await Program.run(database.once)
            #expect(next.status == 0)
            #expect(next.output.contains("wrote 3 VDUs"), "\(next.output)")
            #expect(world.stale(world.bad, in: try await database.documents(in: "vnfrs")) == [])
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func serviceBetweenCycles(_ signal: Int32) async throws {
        let world = try World("service \(signal)")
        try await TestDatabase.with(world.documents.collections) { database in
            let program = try Program(["run", "--poll-interval", "3600"] + database.flags)
            try await eventually("the first cycle is reported") { program.errors.contains("wrote 6 VDUs") }
            #expect(try await !database.leaseIsFree)
            program.send(signal)
            let outcome = try await program.outcome()
            #expect(outcome.status == 0)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("stopping"), "\(outcome.errors)")
            #expect(try await database.leaseIsFree)
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func secondSignalEndsTheDrain(_ signal: Int32) async throws {
        let mongo = try await TestMongo.start(arguments: ["--setParameter", "enableTestCommands=1"])
        let world = try World("second \(signal)", servers: 30)
        try world.add(.stall(), to: .servers, when: .times(1))
        let simulator = try Surroundings.get().simulator
        try await TestDatabase.with(world.documents.collections, on: mongo) { database in
            // Slow from the beginning: thirty bulks of a second each, and neither signal may lead to the end of that.
            try await database.slowDownUpdates(milliseconds: 1000)
            let program = try Program(
                database.once + Self.inOrder + ["--writer-batch", "1", "--log-level", "notice"]
            )
            try await eventually("the second account is asked and something is written") {
                let vnfrs = try await database.documents(in: "vnfrs")
                return simulator.counters.requests(.servers, of: world.bad.name) == 1
                    && !world.changed(world.good, in: vnfrs).isEmpty
            }
            program.send(signal)
            try await eventually("the first signal is noticed") { program.errors.contains("stopping") }
            program.send(signal)
            let outcome = try await program.outcome()
            #expect(outcome.errors.contains("cancelling"), "\(outcome.errors)")
            let vnfrs = try await database.documents(in: "vnfrs")
            let written = world.changed(world.good, in: vnfrs)
            #expect((1..<30).contains(written.count))
            #expect(world.changed(world.bad, in: vnfrs) == [])

            try await database.slowDownUpdates(milliseconds: 0)
            try await database.freeLease()
            #expect(try await Program.run(database.once).status == 0)
            for (record, final) in zip(vnfrs, try await database.documents(in: "vnfrs"))
            where written.contains(record["_id"]?.string ?? "") {
                #expect(Value.object(record).isIdentical(to: .object(final)), "half-written: \(record)")
            }
        }
        try await mongo.stop()
    }

    /// Nobody gave the lease back: who comes next becomes the writer when its time is over.
    @Test func killedInTheMidstOfWriting() async throws {
        let mongo = try await TestMongo.start(arguments: ["--setParameter", "enableTestCommands=1"])
        let world = try World("killed", servers: 30)
        try await TestDatabase.with(world.documents.collections, on: mongo) { database in
            try await database.slowDownUpdates(milliseconds: 500)
            let service = ["run", "--poll-interval", "1", "--writer-batch", "1", "--lease-ttl", "5"] + database.flags
            let program = try Program(service)
            try await eventually("something is written") {
                try await world.stale(in: database.documents(in: "vnfrs")).count < 60
            }
            program.send(SIGKILL)
            #expect(try await program.outcome().status == 128 + SIGKILL)
            try await database.slowDownUpdates(milliseconds: 0)
            let vnfrs = try await database.documents(in: "vnfrs")
            let stale = world.stale(in: vnfrs)
            #expect((1..<60).contains(stale.count))
            #expect(world.halfWritten(in: vnfrs) == [])
            #expect(try await !database.leaseIsFree)

            let next = try Program(service)
            try await eventually("all records are true") {
                let vnfrs = try await database.documents(in: "vnfrs")
                try #require(world.halfWritten(in: vnfrs) == [])
                return world.stale(in: vnfrs).isEmpty
            }
            next.send(SIGTERM)
            #expect(try await next.outcome().status == 0)
        }
        try await mongo.stop()
    }

    @Test func secondInstanceIsReadOnly() async throws {
        let world = try World("two instances")
        try world.add(.stall(), to: .servers, when: .times(1))
        let simulator = try Surroundings.get().simulator
        try await TestDatabase.with(world.documents.collections) { database in
            let first = try Program(database.once + Self.inOrder)
            try await eventually("the first instance waits for the second account") {
                simulator.counters.requests(.servers, of: world.bad.name) == 1
            }
            let second = try await Program.run(database.once)
            #expect(second.status == 3)
            #expect(second.output.contains("read-only: another instance"), "\(second.output)")
            #expect(second.output.contains("would write 6 VDUs"), "\(second.output)")
            let vnfrs = try await database.documents(in: "vnfrs")
            #expect(world.changed(world.good, in: vnfrs) + world.changed(world.bad, in: vnfrs) == [])

            first.send(SIGTERM)
            #expect(try await first.outcome().status == 0)
            #expect(world.stale(world.good, in: try await database.documents(in: "vnfrs")) == [])
        }
    }
}

extension TestDatabase {
    /// Whether another instance may become the writer at once.
    fileprivate var leaseIsFree: Bool {
        get async throws {
            let lease = try #require(try await documents(in: "vimwatch_leases").first)
            return lease["expires"]?.isEqualInPython(to: 0) ?? false
        }
    }
}
