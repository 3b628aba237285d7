// SPDX-License-Identifier: Apache-2.0

import Commands
import Foundation
import Inventory
import Pipeline
import Settings
import Simulator
import Support
import Testing
import Values

/// What is broken is reported with its name and keeps nothing else from being brought up to date.
@Suite(.surroundings) struct BadInputTests {
    @Test(arguments: BadInput.all)
    func harmsNothingElse(_ input: BadInput) async throws {
        var world = try World(input.testDescription)
        let server = world.serverID
        let record = world.recordID
        try input.apply(&world)
        let isEncrypted = input.finding?.code == .accountDecryption
        try await TestDatabase.with(world.documents.collections) { [world] database in
            var settings = database.settings
            if isEncrypted { settings.database.commonkey = Secret(BadInput.commonKey) }
            let summary = try await Application.runOnce(settings)
            let vnfrs = try await database.documents(in: "vnfrs")

            #expect(world.stale(world.good, in: vnfrs) == [])
            switch input.damage {
            case .nothing: #expect(world.stale(world.bad, in: vnfrs) == [])
            case .vm: #expect(world.stale(world.bad, in: vnfrs) == [server])
            case .account: #expect(world.changed(world.bad, in: vnfrs) == [])
            }
            #expect(summary.exitStatus == input.exitStatus, "\(summary.findings)")
            #expect(summary.accountsFailed == (input.damage == .account ? 1 : 0))
            #expect(summary.findings.count == (input.finding == nil ? 0 : 1), "\(summary.findings)")
            if let (code, words) = input.finding, let finding = summary.findings.first {
                #expect(finding.code == code, "\(finding)")
                let subject = input.damage == .account ? world.accountID : record
                let isNamed = finding.subject.contains(code == .portMalformed ? server : subject)
                #expect(isNamed || code == .taskMalformed, "\(finding)")
                for word in words { #expect(finding.cause.contains(word), "\(finding)") }
                #expect(!"\(finding)".contains("secret"), "\(finding)")
            }
        }
    }

    @Test func tokenIsRenewedOnceOnlyIfEveryOneIsRefused() async throws {
        let world = try World("token loop")
        try world.add(.status(401), to: .servers)
        try world.add(.status(401), to: .ports)
        try await TestDatabase.with(world.documents.collections) { database in
            _ = try await Application.runOnce(database.settings)
        }
        let counters = try Surroundings.get().simulator.counters
        #expect((2...3).contains(counters.requests(.token, of: world.bad.name)))
        #expect(counters.requests(.servers, of: world.bad.name) <= 2)
    }

    @Test func databaseThatCannotBeReached() async throws {
        var settings = Settings()
        settings.database.uri = Secret("mongodb://osm:s3cr3t@127.0.0.1:1/")
        settings.database.serverSelectionTimeout = .seconds(2)
        let summary = try await Application.runOnce(settings)
        #expect(summary.exitStatus == 1)
        let finding = try #require(summary.findings.first)
        #expect(summary.findings.count == 1, "\(summary.findings)")
        #expect(finding.code == .storeFailed && finding.subject == "database")
        #expect(finding.cause.contains("127.0.0.1:1"), "\(finding)")
        #expect(finding.cause.localizedCaseInsensitiveContains("failed to connect"), "\(finding)")
        #expect(!"\(summary.findings)".contains("s3cr3t"))
        #expect(!summary.isReadOnly)
    }

    @Test func databaseThatIsNotEnabled() async throws {
        let world = try World("not enabled")
        var collections = world.documents.collections
        collections["admin"] = [["_id": "version", "status": "PROCESSING"]]
        try await TestDatabase.with(collections) { database in
            let summary = try await Application.runOnce(database.settings)
            #expect(summary.exitStatus == 1)
            #expect(summary.findings.first?.cause.contains("PROCESSING") == true, "\(summary.findings)")
            let vnfrs = try await database.documents(in: "vnfrs")
            #expect(world.changed(world.good, in: vnfrs) == [] && world.changed(world.bad, in: vnfrs) == [])
        }
    }
}
