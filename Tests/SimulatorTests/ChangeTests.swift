// SPDX-License-Identifier: Apache-2.0

import Simulator
import Testing
import Values

@Suite struct ChangeTests {
    let cloud = SimulatedCloud.generate(seed: 11, name: "c", servers: 12)

    private func target(_ index: Int = 3) throws -> (id: String, name: String, ports: [Value]) {
        let server = cloud.servers[index]
        let id = try #require(server["id"]?.string)
        return (id, try #require(server["name"]?.string), cloud.ports.filter { $0["device_id"]?.string == id })
    }

    @Test(arguments: [
        (Change.Kind.stop, "SHUTOFF", "stopped", 4), (.pause, "PAUSED", "paused", 3), (.error, "ERROR", "error", 0),
        (.start, "ACTIVE", "active", 1),
    ])
    func states(kind: Change.Kind, status: String, vm: String, power: Int) throws {
        let (id, name, _) = try target()
        let before = try #require(cloud.server(id)?["updated"]?.string)
        let outcome = try cloud.apply(Change(kind, name))
        #expect(outcome.kind == kind && outcome.servers == [id] && outcome.value == status && outcome.ports.isEmpty)
        let after = try #require(cloud.server(id))
        #expect(after["status"]?.string == status && after["OS-EXT-STS:vm_state"]?.string == vm)
        #expect(after["OS-EXT-STS:power_state"]?.integer == power)
        #expect((after["progress"] != nil) == (status == "ACTIVE"))
        #expect(after["updated"]?.string ?? "" > before)
        #expect(cloud.servers[3]["id"]?.string == id)
    }

    @Test func renameMigrateTouch() throws {
        let (id, name, ports) = try target()
        #expect(try cloud.apply(Change(.rename, id, to: "other")).value == "other")
        #expect(cloud.server("other")?["id"]?.string == id && cloud.server(name) == nil)
        let made = try #require(try cloud.apply(Change(.rename, id)).value)
        #expect(made.hasPrefix("other-") && cloud.server(made) != nil)

        let host = try #require(cloud.server(id)?["OS-EXT-SRV-ATTR:host"]?.string)
        let moved = try cloud.apply(Change(.migrate, id, to: "host-9"))
        #expect(moved.value == "host-9" && Set(moved.ports) == Set(Value.array(ports).ids) && host != "host-9")
        #expect(cloud.server(id)?["OS-EXT-SRV-ATTR:host"]?.string == "host-9")
        for port in ports {
            let after = try #require(cloud.port(port["id"]?.string ?? ""))
            #expect(after["binding:host_id"]?.string == "host-9" && after["revision_number"]?.integer == 5)
        }
        #expect(try cloud.apply(Change(.migrate, id)).value != "host-9")

        let before = try #require(cloud.server(id)?.object)
        try cloud.apply(Change(.touch, id))
        var after = try #require(cloud.server(id)?.object)
        #expect(after["updated"]?.string ?? "" > before["updated"]?.string ?? "")
        after["updated"] = before["updated"]
        #expect(Value.object(after).isIdentical(to: .object(before)))
        #expect(cloud.port(ports[0]["id"]?.string ?? "")?["revision_number"]?.integer == 7)
    }

    @Test func deleteAndBoot() throws {
        let (id, _, ports) = try target()
        let gone = try cloud.apply(Change(.delete, id))
        #expect(gone.servers == [id] && Set(gone.ports) == Set(Value.array(ports).ids))
        #expect(cloud.server(id) == nil && cloud.serverCount == 11 && cloud.portCount == 22)
        let booted = try cloud.apply(Change(.boot, "fresh"))
        #expect(cloud.servers.first?["name"]?.string == "fresh" && booted.value == "fresh")
        #expect(booted.ports.count == 2 && booted.ports.allSatisfy { cloud.port($0) != nil })
        #expect(Value.array(cloud.ports).ids == Value.array(cloud.ports).ids.sorted())
        let error = #expect(throws: SimulatorError.self) { try cloud.apply(Change(.stop, id)) }
        #expect(error?.code == .notFound && error?.description.contains(id) == true)
    }

    @Test func addresses() throws {
        let (id, name, ports) = try target()
        let port = try #require(ports[0]["id"]?.string)
        let changed = try cloud.apply(Change(.changeIP, port, to: "192.0.2.7"))
        #expect(changed.value == "192.0.2.7" && changed.servers == [id] && changed.ports == [port])
        let added = try #require(try cloud.apply(Change(.addIP, port, to: "2001:db8::1")).value)
        let now = try #require(cloud.port(port))
        #expect(now["fixed_ips"]?[0]?["ip_address"]?.string == "192.0.2.7")
        #expect(now["fixed_ips"]?.array?.last?["ip_address"]?.string == added)
        #expect(try cloud.apply(Change(.changeIP, name)).value?.hasPrefix("10.255.") == true)
        expectConsistent(id)
    }

    @Test func portsComeAndGo() throws {
        let (id, _, ports) = try target()
        let (first, second) = (ports[0]["id"]?.string ?? "", ports[1]["id"]?.string ?? "")
        try cloud.apply(Change(.portDown, first))
        #expect(cloud.port(first)?["status"]?.string == "DOWN")
        #expect(cloud.port(first)?["admin_state_up"]?.isTruthy == false)
        try cloud.apply(Change(.portUp, first))
        #expect(cloud.port(first)?["status"]?.string == "ACTIVE")
        try cloud.apply(Change(.detachPort, first))
        #expect(cloud.port(first)?["device_id"]?.string == "" && cloud.port(first)?["status"]?.string == "DOWN")
        expectConsistent(id)
        #expect(try cloud.apply(Change(.deletePort, id)).ports == [second])
        #expect(cloud.port(second) == nil)
        expectConsistent(id)
        #expect(cloud.server(id)?["addresses"]?.object?.isEmpty == true)
        #expect(throws: SimulatorError.self) { try cloud.apply(Change(.portDown, id)) }
    }

    /// The server shows the addresses of its ports and no others.
    private func expectConsistent(_ id: String) {
        let ports = cloud.ports.filter { $0["device_id"]?.string == id }
        #expect(SimulatorTests.addresses(of: cloud.server(id) ?? .null) == Set(ports.flatMap(pairs)))
    }

    @Test(arguments: Change.Kind.allCases) func manyAtOnce(kind: Change.Kind) throws {
        let outcomes = try cloud.mutate(count: 5, kind: kind)
        #expect(outcomes.count == 5)
        let changed = outcomes.map { $0.kind == .boot || !$0.servers.isEmpty ? $0.servers + $0.ports : $0.ports }
        #expect(Set(changed).count == 5)
        let left = cloud.serverCount
        #expect(left == (kind == .boot ? 17 : kind == .delete ? 7 : 12))
        #expect(try cloud.mutate(count: 1000, kind: .delete).count == left)
        #expect(cloud.serverCount == 0)
        #expect(throws: SimulatorError.self) { try cloud.mutate(count: -1, kind: kind) }
    }

    @Test func givenObjectsChangeToo() throws {
        let odd = SimulatedCloud(
            servers: [["id": "s"], ["name": "n"], 5], ports: [["id": "p", "device_id": "s"], ["device_id": "s"]],
            flavors: [])
        let kinds: [Change.Kind] = [
            .stop, .start, .pause, .error, .rename, .migrate, .touch, .changeIP, .addIP, .portDown, .portUp,
            .detachPort,
        ]
        for kind in kinds {
            try odd.apply(Change(kind, "s"))
            try odd.mutate(count: 3, kind: kind)
        }
        #expect(odd.serverCount == 3 && odd.portCount == 2)
        #expect(odd.server("s")?["id"]?.string == "s")
        #expect(odd.servers[2]["updated"]?.string != nil)
        #expect(try odd.apply(Change(.delete, "s")).servers == ["s"])
        #expect(try odd.apply(Change(.boot)).ports.count == 2)
        #expect(odd.serverCount == 3)
    }
}
