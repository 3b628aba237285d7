// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

/// What an operator is told of a hold.
@Suite struct AlarmTests {
    private func cause(_ summary: CycleSummary) throws -> String {
        try #require(summary.findings.first { $0.code == .deletionHeld }).cause
    }

    @Test func namesTheVMs() async throws {
        let scene = await Scene.settled(vnfs: [2, 10])
        await scene.edit(1) { $0.put("vdur.1.name", .null) }
        await scene.editInfo(3) { $0["vim_name"] = .null }
        await scene.edit(1) { $0.put("vdur.2.name", .null) }
        scene.remove(servers: 1..<5)
        let summary = await scene.cycle()
        #expect(summary.findings.map(\.subject) == ["VIM account acc-0 (Cloud 0)"])
        let cause = try cause(summary)
        #expect(cause.contains("4 of 12 watched VMs"))
        #expect(cause.contains("vimwatch approve acc-0"))
        #expect(cause.contains("vm-1 (vnfr vnf-0 vdur.1, server \(Seed.serverID(1)))"), "\(cause)")
        // The VM's own name in the VDU's place, then none.
        #expect(cause.contains("VDU (vnfr vnf-1 vdur.1, server \(Seed.serverID(3)))"), "\(cause)")
        #expect(cause.contains("vm-4 (vnfr vnf-1 vdur.2, server \(Seed.serverID(4)))"), "\(cause)")
        #expect(summary.held.map(\.serverID) == (1..<5).map(Seed.serverID))
        #expect(summary.held[0].record == RecordAddress(vnfr: "vnf-0", index: 1, account: "acc-0"))
    }

    /// The log names ten of many, the summary all.
    @Test func ofManyTheLogNamesTen() async throws {
        let scene = await Scene.settled(vnfs: [12])
        scene.remove(servers: 0..<12)
        let summary = await scene.cycle()
        let cause = try cause(summary)
        #expect(cause.contains("vm-9 ") && !cause.contains("vm-10 ") && cause.hasSuffix(", and 2 more"), "\(cause)")
        #expect(summary.held.count == 12)
    }

    /// Over cycles and restarts, also when the rest of the VMs follows.
    @Test func keepsItsFirstReason() async throws {
        let scene = await Scene.settled(vnfs: [10])
        scene.remove(servers: 0..<4)
        let first = try cause(await scene.cycle())
        #expect(first.hasPrefix("too many VMs went missing; 4 of 10"), "\(first)")
        scene.clock.advance(by: 60)
        #expect(try cause(await scene.cycle()) == first)
        #expect(try cause(await scene.restarted().cycle()) == first)
        scene.remove(servers: 4..<10)
        for fixture in [scene.fixture, scene.restarted()] {
            let later = try cause(await fixture.cycle())
            #expect(later.hasPrefix("too many VMs went missing; 10 of 10"), "\(later)")
        }
        let alarm = try #require(await scene.store.state(.holds, id: "acc-0")?["alarm"])
        #expect(alarm["reason"]?.string == "too_many")
        #expect(alarm["since"]?.isIdentical(to: .double(scene.clock.now - 60)) == true)
    }

    @Test func aNewHoldHasAReasonOfItsOwn() async throws {
        let scene = await Scene.settled(vnfs: [3])
        scene.remove(servers: 0..<3)
        #expect(try cause(await scene.cycle()).hasPrefix("all VMs went missing; 3 of 3"))
        scene.restore(servers: 0..<3)
        #expect(await scene.cycle().vmsHeld == 0)
        scene.vim.update { $0.identity.userID = "other" }
        scene.remove(servers: [0])
        #expect(try cause(await scene.cycle()).hasPrefix("VMs are missing, and the account is not who it was"))
    }

    /// Only what differs of the identity, and what differed still when the account is who it was again.
    @Test func tellsWhatChangedOfTheAccount() async throws {
        let scene = await Scene.settled(vnfs: [10])
        let identity = VIMIdentity(
            userID: "user", projectID: "p2", computeEndpoint: "http://compute", url: "http://elsewhere")
        scene.vim.update { $0.identity = identity }
        scene.remove(servers: [0])
        let first = try cause(await scene.cycle())
        #expect(
            first.hasPrefix(
                "VMs are missing, and the account is not who it was "
                    + "(project project → p2, vim_url http://identity → http://elsewhere); 1 of 10"),
            "\(first)")
        scene.vim.update { $0.identity = FakeVIM.Content().identity }
        for fixture in [scene.fixture, scene.restarted()] { #expect(try cause(await fixture.cycle()) == first) }
    }

    @Test func aChangeOfTheAccountIsToldInTheMiddleToo() async throws {
        let scene = await Scene.settled(vnfs: [10])
        scene.remove(servers: 0..<4)
        await scene.cycle()
        scene.vim.update { $0.identity.userID = "other" }
        let cause = try cause(await scene.cycle())
        #expect(cause.hasPrefix("too many VMs went missing (user user → other); 4 of 10"), "\(cause)")
    }

    /// Of what was held without a known reason, that it is.
    @Test func withoutAKnownReason() async throws {
        let scene = await Scene.settled(vnfs: [10])
        scene.remove(servers: 0..<4)
        await scene.cycle()
        await scene.store.mutate("vimwatch_holds") { $0[0]["alarm"] = .null }
        #expect(try cause(await scene.restarted().cycle()).hasPrefix("VMs are held already; 4 of 10"))
    }

    @Test func urlsAreShownWithoutSecrets() async throws {
        let scene = await Scene.settled(vnfs: [10])
        scene.vim.update { content in
            content.identity = VIMIdentity(
                userID: "user", projectID: "project", computeEndpoint: "http://me:s3cret@compute",
                url: "http://me:s3cret@identity"
            )
        }
        // Nothing but the secrets differs: it is who it was.
        scene.remove(servers: [0])
        #expect(await scene.cycle().deletions == 1)
        scene.vim.update { content in
            content.identity = VIMIdentity(
                userID: "user", projectID: "project", computeEndpoint: "http://me:s3cret@other",
                url: "http://me:s3cret@other"
            )
        }
        scene.remove(servers: [1])
        let summary = await scene.cycle()
        #expect(try cause(summary).contains("vim_url http://identity → http://other"))
        #expect(!"\(summary)".contains("s3cret"))
        scene.restore(servers: [1])
        await scene.cycle()
        let documents = await scene.store.documents(in: "vimwatch_holds")
        #expect(documents[0]["identity"]?["url"]?.string == "http://other")
        #expect(!"\(documents)".contains("s3cret"))
    }
}
