// SPDX-License-Identifier: Apache-2.0

import TestGolden
import Testing
import Values

struct GoldenTests {
    @Test func `The fixtures can be read and are complete`() throws {
        let scenarios = try GoldenScenario.load()
        #expect(scenarios.count == 285)
        #expect(Set(scenarios.map(\.name)).count == 285)
        #expect(GoldenScenario.all.map(\.name) == scenarios.map(\.name))
    }

    /// The checksum was computed by Python from the recording, so this proves the unpacking without the recording.
    @Test(arguments: GoldenScenario.all)
    func `A scenario is unpacked exactly`(_ scenario: GoldenScenario) {
        #expect(scenario.document.checksum == scenario.checksum)
    }

    /// The properties hold what the document holds at the same place.
    @Test(arguments: GoldenScenario.all)
    func `The properties are the document`(_ scenario: GoldenScenario) throws {
        let document = scenario.document
        let rebuilt = scenario.rebuilt(orderOfVIMs: try #require(document["input"]?["vims"]?.object).members.map(\.key))
        var recorded = try #require(document.object)
        var expected = try #require(recorded["expected"]?.object)
        expected["certs"] = nil
        recorded["expected"] = .object(expected)
        #expect(Value.object(recorded).checksum == Value.object(rebuilt).checksum)
    }

    @Test func `A scenario is found by its name`() throws {
        #expect(try GoldenScenario.named("multi_all_kinds").category == "multi")
        #expect(throws: GoldenError.self) { try GoldenScenario.named("no_such_scenario") }
    }

    @Test func `A number keeps its kind`() throws {
        let scenario = try GoldenScenario.named("config_refresh_active_90_5")
        guard case .double(90.5) = scenario.expected.timer else {
            Issue.record("\(scenario.expected.timer) is not the double 90.5")
            return
        }
        guard case .int32(60) = try GoldenScenario.named("config_refresh_active_60").expected.timer else {
            Issue.record("not the integer 60")
            return
        }
    }
}

extension GoldenScenario {
    /// A document made of nothing but the properties.
    fileprivate func rebuilt(orderOfVIMs keys: [String]) -> Object {
        var document: Object = [
            "name": .string(name), "description": .string(description), "category": .string(category),
            "config": config,
        ]
        if let certWriteError { document["cert_write_error"] = .string(certWriteError) }
        var clouds: Object = [:]
        for key in keys { clouds[key] = vims[key]?.rebuilt }
        document["input"] = [
            "admin": .array(admin.map(Value.object)), "vim_accounts": .array(vimAccounts.map(Value.object)),
            "ro_tasks": .array(roTasks.map(Value.object)), "vnfrs": .array(vnfrs.map(Value.object)),
            "vims": .object(clouds),
        ]
        document["expected"] = [
            "connectors": .array(expected.connectors), "fetched": .array(expected.fetched.map(Value.string)),
            "updates": .array(expected.updates), "vnfrs": .array(expected.vnfrs.map(Value.object)),
            "raised": expected.raised?.rebuilt ?? .null, "timer": expected.timer,
        ]
        return document
    }
}

extension GoldenVIM {
    fileprivate var rebuilt: Value {
        var cloud: Object = [
            "servers": .array(servers),
            "flavors": .array(flavors.map { ["id": .string($0.id), "name": .string($0.name)] }),
            "ports": .array(ports),
        ]
        for (key, failure) in [("fetch_error", fetchError), ("init_error", initError)] {
            guard let failure else { continue }
            cloud[key] = ["type": .string(failure.type), "message": .string(failure.message)]
        }
        return .object(cloud)
    }
}

extension GoldenRaised {
    fileprivate var rebuilt: Value {
        [
            "type": .string(type), "message": .string(message), "phase": .string(phase.rawValue),
            "message_match": .string(match.rawValue),
        ]
    }
}
