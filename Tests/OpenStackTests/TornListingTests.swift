// SPDX-License-Identifier: Apache-2.0

import OpenStack
import Support
import TestHTTP
import Testing
import Values

/// A token that is refused between the pages of a listing, and the next one, which may be for something else.
@Suite(.timeLimit(.minutes(20)))
struct TornListingTests {
    enum Kind: String, CaseIterable {
        case servers, ports

        func list(_ vim: OpenStackVIM, _ ids: IDs) async throws(VIMError) -> ListingSummary {
            self == .servers ? try await vim.listServers(ids) : try await vim.listPorts(ids)
        }
    }

    /// What the tokens are for, one after the other.
    struct World: Sendable {
        var project = "p"
        /// Part of the paths of both services.
        var place = "here"
    }

    /// A cloud with pages of two objects that tell where and with which token they were asked for.
    ///
    /// - Parameter refusals: which requests for the second page are answered with 401, counted from 0.
    private func serve(_ cloud: FakeCloud, _ worlds: [World], refusing refusals: Set<Int>) {
        let (logins, seconds) = (Locked(0), Locked(0))
        cloud.on("POST /identity/v3/auth/tokens") { [url = cloud.url, now = cloud.now] _ in
            let number = logins.next()
            let world = worlds[min(number, worlds.count - 1)]
            return FakeCloud.token(
                "t\(number)", project: world.project,
                catalogue: [
                    FakeCloud.service("compute", "\(url)/\(world.place)/compute/v2.1"),
                    FakeCloud.service("network", "\(url)/\(world.place)/network"),
                ], issued: now(), expires: now() + 3600
            )
        }
        for place in Set(worlds.map(\.place)) {
            for (route, key) in [("compute/v2.1/servers/detail", "servers"), ("network/v2.0/ports", "ports")] {
                cloud.on("GET /\(place)/\(route)") { request in
                    let name = "\(place)-\(request.header("X-Auth-Token") ?? "")"
                    guard request.query["marker"] != nil else { return page(key, [name + "-1"], next: "?marker=1") }
                    return refusals.contains(seconds.next()) ? .text(401, "{}") : page(key, [name + "-2"])
                }
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func aNewTokenForTheSameGoesOn(_ kind: Kind) async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud, [World()], refusing: [0])
            let ids = IDs()
            #expect(try await kind.list(cloud.connect(), ids).objects == 2)
            #expect(ids.all == ["here-t0-1", "here-t1-2"] && ids.restarts == 0)
        }
    }

    @Test(arguments: Kind.allCases)
    func aSecondRefusalIsAnError(_ kind: Kind) async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud, [World()], refusing: [0, 1])
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await kind.list(vim, IDs()) }
            #expect(error.code == .authentication)
            #expect(cloud.logins == 2)
        }
    }

    @Test(arguments: Kind.allCases, [World(project: "q"), World(place: "there")])
    func pagesOfDifferentWorldsAreNotMixed(_ kind: Kind, _ next: World) async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud, [World(), next], refusing: [0])
            let ids = IDs()
            #expect(try await kind.list(cloud.connect(), ids).pages == 2)
            #expect(ids.all == ["\(next.place)-t1-1", "\(next.place)-t1-2"] && ids.restarts == 1)
        }
    }

    /// As behind a load balancer with clouds that do not know each other's tokens.
    @Test(arguments: Kind.allCases, [World(project: "q"), World(place: "there")])
    func twiceIsAnError(_ kind: Kind, _ next: World) async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud, [World(), next, World()], refusing: [0, 2])
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await kind.list(vim, IDs()) }
            #expect(error.code == .accountChanged && error.isRetriable)
            #expect(error.reason.hasSuffix("(twice during one listing)"), "\(error)")
        }
    }

    @Test func whoAndWhereItIsHoldsNoSecrets() async throws {
        try await withCloud { (cloud) async throws in
            let vim = try cloud.connect { $0.url = $0.url.replacing("://", with: "://me:s3cret@") }
            let identity = try await vim.identity()
            #expect(identity.url == cloud.url + "/identity/v3")
            #expect(!"\(identity)".contains("s3cret"))
        }
    }
}

extension Locked<Int> {
    /// 0, 1, 2 …
    fileprivate func next() -> Int {
        withLock { number in
            defer { number += 1 }
            return number
        }
    }
}
