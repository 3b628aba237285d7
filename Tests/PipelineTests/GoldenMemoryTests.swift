// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import Support
import TestGolden
import TestGoldenExpectation
import TestVIM
import Testing
import Values

/// Every recorded scenario of the original, on the store in memory and VIMs without a network.
@Suite struct GoldenMemoryTests {
    @Test(arguments: GoldenScenario.all)
    func scenario(_ scenario: GoldenScenario) async throws {
        let store = MemoryStore(collections: scenario.collections)
        let fixture = PipelineFixture(
            store: store, vims: scenario.fakeVIMs, commonKey: scenario.commonKey.map(Secret.init),
            refused: scenario.refusedAccounts
        ) {
            $0.rules.parity = true
            $0.hold.enabled = false
            // As the original: one account after the other, and two accounts of one record in one bulk.
            $0.accountsInFlight = 1
            $0.writerLinger = 60
        }
        let summary = await fixture.cycle()
        GoldenExpectation(scenario).check(await store.documents(in: "vnfrs"), summary.findings)
    }
}

extension GoldenScenario {
    var fakeVIMs: [String: FakeVIM] {
        vims.mapValues { vim in
            var content = FakeVIM.Content()
            content.servers = vim.servers
            content.ports = vim.ports
            content.flavors = vim.flavors
            content.failure = vim.fetchError.map { error in
                VIMError(.unreachable, account: "", attempted: "list servers", reason: error.message)
            }
            return FakeVIM(content)
        }
    }

    /// Accounts whose connector cannot be made.
    var refusedAccounts: [String: VIMError] {
        vims.compactMapValues { vim in
            vim.initError.map { VIMError(.configuration, account: "", attempted: "connect", reason: $0.message) }
        }
    }
}
