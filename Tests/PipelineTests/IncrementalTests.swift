// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestSeeded
import TestVIM
import Testing
import Values

/// Caches only ever save work: whatever changes, a pipeline that remembers writes what one without memory would.
@Suite struct IncrementalTests {
    @Test(arguments: [(false, 4), (true, 1)])
    func likeAFullComparison(_ parity: Bool, _ worlds: Int) async {
        var random = Seeded("IncrementalTests parity \(parity)")
        for _ in 0..<worlds {
            let adjust: (inout PipelineConfiguration) -> Void = {
                $0.hold.enabled = false
                $0.rules.parity = parity
                $0.proofsPerCycle = 1000
                // One order of the accounts, so that two of them say the same of one record each time.
                $0.accountsInFlight = 1
                $0.compareWorkers = 1
                $0.writerLinger = 3600
            }
            let scene = Scene(vnfs: [1, 3, 2], accounts: 2, adjust: adjust)
            scene.vims.forEach { $0.update { $0.flavors = [("id-a", "a"), ("id-b", "b"), ("id-b2", "b")] } }
            await scene.cycle()
            for step in 0..<15 {
                for _ in 0..<random.number(0...2) { await scene.mutate(&random) }
                scene.clock.advance(by: Double(random.number(0...600)))
                let copy = MemoryStore(collections: await scene.collections())
                let summary = await scene.cycle()
                let fresh = await scene.restarted(on: copy, adjust: adjust).cycle()
                let (actual, expected) = (await scene.records(), await copy.documents(in: "vnfrs"))
                expectSame(actual, expected, "seed \(random.seed) step \(step)")
                #expect(summary.vdusWritten == fresh.vdusWritten, "seed \(random.seed) step \(step)")
            }
        }
    }
}

extension Scene {
    /// What the database holds, but for what is VIMWatch's own.
    func collections() async -> [String: [Object]] {
        var collections: [String: [Object]] = [:]
        for name in ["admin", "vim_accounts", "ro_tasks", "vnfrs"] {
            collections[name] = await store.documents(in: name)
        }
        return collections
    }

    /// Something happens in a cloud or in a record.
    fileprivate func mutate(_ random: inout Seeded) async {
        let n = random.number(0...5)
        let vim = vims[n % 2]
        switch random.number(0...9) {
        case 0: editServer(n) { $0["status"] = random.pick(["ACTIVE", "ERROR", "SHUTOFF", 7]) }
        case 1: editServer(n) { $0["name"] = random.pick(["vm", "other", "vm-\(n)"].map(Value.string)) }
        case 2: editServer(n) { $0["OS-EXT-SRV-ATTR:host"] = random.pick(["compute-1", "compute-2", "", 5, nil]) }
        case 3: editServer(n) { $0["flavor"] = ["original_name": random.pick(["a", "b", "c"])] }
        case 4: editPort(n) { $0["status"] = random.pick(["ACTIVE", "DOWN", "BUILD", .null]) }
        case 5:
            let addresses: [Value] = [
                [["ip_address": "10.1.1.1"]], [["ip_address": "10.1.1.1"], ["ip_address": "fd00::1"]], [], .null,
                [["ip_address": ""], ["ip_address": "fd00::1"]], "malformed",
            ]
            editPort(n) { $0["fixed_ips"] = random.pick(addresses) }
        case 6:
            editPort(n) { $0["device_id"] = .string(random.pick([Seed.serverID(n), Seed.serverID((n + 2) % 6), "x"])) }
        case 7:
            let isThere = random.chance(50)
            vim.update { content in
                content.servers.remove(id: Seed.serverID(n))
                if isThere { content.servers.append(.object(Seed.server(n))) }
            }
        case 8:
            let isThere = random.chance(50)
            vim.update { content in
                content.ports.remove(id: Seed.portID(n))
                if isThere { content.ports.append(.object(Seed.port(n))) }
            }
        default:
            let (path, value) = (
                random.pick([
                    "vim_status", "vim_name", "vim_details", "vim_message", "interfaces", "interfaces_backup", "vim_id",
                ]), random.pick([Value.null, "drifted", .array([]), "Deleted externally", .string(Seed.serverID(n))])
            )
            await editInfo(n) { $0[path] = value }
        }
    }
}
