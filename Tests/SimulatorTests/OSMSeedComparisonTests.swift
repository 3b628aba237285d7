// SPDX-License-Identifier: Apache-2.0

import Inventory
import PyYAML
import Simulator
import TestInventory
import Testing
import Values

/// The seed's promise, kept against the comparison that the service makes.
@Suite struct OSMSeedComparisonTests {
    let cloud = SimulatedCloud.generate(seed: 71, name: "s", servers: 40)

    /// How many records a cycle would write.
    private func updates(stale: Bool) throws -> Int {
        let documents = OSMSeed.documents(for: [cloud], baseURL: "http://h:1", vdusPerVNF: 4, stale: stale) { value in
            (try? PyYAML.dump(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        let servers = Dictionary(uniqueKeysWithValues: cloud.servers.map { ($0["id"]?.string ?? "", $0) })
        let ports = Dictionary(grouping: cloud.ports) { $0["device_id"]?.string ?? "" }
        var observations: [String: [VDUObservation]] = [:]
        for task in documents.roTasks {
            let target = try #require(task["tasks"]?[0]?["target_record"]?.string)
            let address = try #require(RecordAddress(targetRecord: target))
            let id = try #require(task["vim_info"]?["vim_id"]?.string)
            let server = try #require(servers[id]?.object)
            let seenServer = SeenDocument.seen { gathered in
                try gathered.add(server: server.text)
                let flavor = gathered.flavorName()
                let ids = cloud.flavors.filter { $0["name"]?.string == flavor }.compactMap { $0["id"]?.string }
                gathered.fillFlavor(matching: ids)
            }
            let seen = (ports[id] ?? []).map { port in
                (key: ResourceKey(port["id"]?.string ?? ""), element: PortObservation.fresh(port.object ?? Object()))
            }
            observations[address.vnfr, default: []].append(
                VDUObservation(
                    index: address.index, serverID: id, server: .fresh(seenServer), ports: ByPort(seen[...])))
        }
        return documents.vnfrs.count { record in
            let comparison = ComparedValues(
                record: record, observations: observations[record["_id"]?.string ?? ""] ?? [],
                account: OSMSeed.accountID(of: cloud), rules: Rules())
            #expect(comparison.outcomes.count == 4 && comparison.findings.isEmpty)
            #expect(comparison.outcomes.allSatisfy { $0.isClean } == !stale)
            return comparison.update != nil
        }
    }

    @Test func trueRecordsNeedNoWrite() throws {
        #expect(try updates(stale: false) == 0)
    }

    /// Also where the cloud is in a state that the comparison has something to say about.
    @Test func trueRecordsOfAChangedCloud() throws {
        for kind in [Change.Kind.stop, .error, .pause, .addIP, .migrate, .boot, .boot, .boot, .boot] {
            try cloud.mutate(count: kind == .boot ? 1 : 2, kind: kind)
        }
        #expect(try updates(stale: false) == 0)
    }

    @Test func staleRecordsAllNeedOne() throws {
        #expect(try updates(stale: true) == 10)
    }
}
