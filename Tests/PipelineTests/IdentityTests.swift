// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import TestVIM
import Testing
import Values

/// An account that becomes another while it is asked says nothing reliable.
@Suite struct IdentityTests {
    /// Members of the identity that a renewed token may change.
    static let changes: [(String, @Sendable (inout VIMIdentity) -> Void)] = [
        ("user user → other", { $0.userID = "other" }),
        ("project project → other", { $0.projectID = "other" }),
        (
            "compute endpoint http://compute → http://other",
            {
                $0 = VIMIdentity(
                    userID: $0.userID, projectID: $0.projectID, computeEndpoint: "http://other", url: $0.url)
            }
        ),
    ]

    private func expectRefused(
        _ scene: Scene, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let before = await scene.records()
        let summary = await scene.cycle()
        #expect(summary.accountsFailed == 1 && summary.counts == [.vimFailed: 1], sourceLocation: sourceLocation)
        #expect(
            summary.findings.first?.cause.contains(text) == true, "\(summary.findings)", sourceLocation: sourceLocation)
        expectSame(await scene.records(), before)
    }

    @Test(arguments: changes)
    func duringTheListing(_ text: String, _ change: @escaping @Sendable (inout VIMIdentity) -> Void) async {
        let scene = await Scene.settled(vnfs: [10])
        scene.remove(servers: [0])
        scene.editServer(9) { $0["status"] = "ERROR" }
        scene.vim.update { $0.afterListing = { change(&$0.identity) } }
        await expectRefused(scene, text)
        #expect(scene.vim.counts.lookups == 0)
        scene.clock.advance(by: 3600)
        // Who it is now is not who saw the VM: that is for an operator to say.
        let next = await scene.cycle()
        #expect(next.vmsHeld == 1 && next.vdusWritten == 1)
    }

    /// The 404s may come from anywhere.
    @Test(arguments: changes)
    func duringTheProofs(_ text: String, _ change: @escaping @Sendable (inout VIMIdentity) -> Void) async {
        let scene = await Scene.settled(vnfs: [10])
        scene.remove(servers: [0])
        scene.vim.update { $0.afterLookup = { change(&$0.identity) } }
        await expectRefused(scene, text)
        #expect(scene.vim.counts.lookups == 1)
        scene.clock.advance(by: 3600)
        #expect(await scene.cycle().vmsHeld == 1)
    }

    /// The id of a flavour is written into the record.
    @Test(arguments: changes)
    func duringTheFlavors(_ text: String, _ change: @escaping @Sendable (inout VIMIdentity) -> Void) async {
        let scene = await Scene.settled(vnfs: [2])
        scene.editServer(0) { $0["flavor"] = ["original_name": "a"] }
        scene.vim.update { content in
            content.flavors = [("id-a", "a")]
            content.afterFlavor = { change(&$0.identity) }
        }
        await expectRefused(scene, text)
        #expect(scene.vim.counts.flavorLookups == 1)
    }

    /// What is proven of ports is remembered, but not this.
    @Test func proofsOfAnotherProjectAreForgotten() async {
        let scene = await Scene.settled(vnfs: [2])
        let port = scene.vim.ports.first { $0["id"]?.string == Seed.portID(0) }!
        scene.remove(port: 0)
        scene.vim.update { $0.afterLookup = { $0.identity.projectID = "other" } }
        await expectRefused(scene, "project project → other")
        scene.clock.advance(by: 3600)
        // It was there all the time, in another project than the listing asks for.
        scene.vim.update { content in
            content.ports.append(port)
            content.foreignPorts = [ResourceKey(Seed.portID(0))]
            content.identity.projectID = "project"
        }
        await scene.cycle()
        #expect(await scene.info()["vim_message"]?.isNull == true)
    }

    /// Not knowing is not better.
    @Test func anIdentityThatCannotBeAskedAgain() async {
        let scene = await Scene.settled(vnfs: [10])
        scene.remove(servers: [0])
        scene.vim.update { $0.afterLookup = { $0.failure = .of(.authentication) } }
        await expectRefused(scene, "test")
    }

    @Test func changesArePerMember() {
        let one = VIMIdentity(userID: "u", projectID: "p", computeEndpoint: "http://a:b@c/v2.1", url: "http://k")
        #expect(one.changes(to: one).isEmpty)
        #expect(
            one.changes(to: VIMIdentity(userID: "v", projectID: "p", computeEndpoint: "http://d", url: "http://k?x=1"))
                == ["user u → v", "compute endpoint http://c/v2.1 → http://d", "vim_url http://k → http://k?x=1"])
    }
}
