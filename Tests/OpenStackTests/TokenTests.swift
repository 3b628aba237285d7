// SPDX-License-Identifier: Apache-2.0

import OpenStack
import Support
import TestHTTP
import Testing

@Suite(.timeLimit(.minutes(20)))
struct TokenTests {
    @Test(arguments: [
        // Lifetime, seconds later, logins.
        (3600.0, 3479.0, 1), (3600, 3481, 2), (100, 89, 1), (100, 91, 2), (1200, 1079, 1), (1200, 1081, 2),
    ])
    func aTokenIsRenewedBeforeItExpires(lifetime: Double, later: Double, logins: Int) async throws {
        try await withCloud { (cloud) async throws in
            cloud.setTokenLifetime(lifetime)
            let vim = try cloud.connect()
            _ = try await vim.listServers(IDs())
            cloud.advance(later)
            _ = try await vim.listServers(IDs())
            #expect(cloud.logins == logins)
            #expect(cloud.server.requests.last?.header("X-Auth-Token") == "token-\(logins)")
        }
    }

    @Test(arguments: [-7200.0, 7200.0])
    func clocksApartDoNoHarm(skew: Double) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("POST /identity/v3/auth/tokens") { [now = cloud.now, url = cloud.url] _ in
                let issued = now() + skew
                return FakeCloud.token("t", catalogue: FakeCloud.catalogue(url), issued: issued, expires: issued + 3600)
            }
            let vim = try cloud.connect()
            for _ in 1...3 {
                _ = try await vim.identity()
                cloud.advance(1000)
            }
            #expect(cloud.logins == 1)
            cloud.advance(3000)
            _ = try await vim.identity()
            #expect(cloud.logins == 2)
        }
    }

    @Test(arguments: ["", "soon", "2099-13-01T00:00:00Z"])
    func withoutAUsableTimeATokenServesUntilItIsRefused(expiry: String) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("POST /identity/v3/auth/tokens") { [url = cloud.url] _ in
                .text(
                    201,
                    """
                    {"token": {"expires_at": "\(expiry)", "user": {"id": "u"}, "project": {"id": "p"}, "catalog": [
                    {"type": "compute", "endpoints": [{"interface": "public", "url": "\(url)/compute/v2.1"}]}]}}
                    """, headers: [("X-Subject-Token", "t")])
            }
            let vim = try cloud.connect()
            _ = try await vim.identity()
            cloud.advance(1e9)
            _ = try await vim.identity()
            #expect(cloud.logins == 1)
        }
    }

    @Test func manyAtOnceShareOneLogin() async throws {
        try await withCloud { (cloud) async throws in
            let gate = TestGate()
            cloud.on("POST /identity/v3/auth/tokens") { [url = cloud.url, now = cloud.now] _ in
                let token = FakeCloud.token(
                    "t", catalogue: FakeCloud.catalogue(url), issued: now(), expires: now() + 3600)
                return TestReply([.wait(gate)] + token.steps)
            }
            let vim = try cloud.connect()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await vim.identity() } }
                await cloud.server.arrival(of: 1)
                gate.open()
                try await group.waitForAll()
            }
            #expect(cloud.logins == 1)
        }
    }

    @Test func whoIsCancelledLeavesTheLoginToTheOthers() async throws {
        try await withCloud { (cloud) async throws in
            let gate = TestGate()
            cloud.on("POST /identity/v3/auth/tokens") { [url = cloud.url, now = cloud.now] _ in
                let token = FakeCloud.token(
                    "t", catalogue: FakeCloud.catalogue(url), issued: now(), expires: now() + 3600)
                return TestReply([.wait(gate)] + token.steps)
            }
            let vim = try cloud.connect()
            @Sendable func outcome() async -> String {
                do throws(VIMError) { return try await vim.identity().userID } catch { return "\(error.code)" }
            }
            let outcomes = await withTaskGroup(of: [String].self) { group in
                // The first logs in; the others may wait for it, or come later: both must end well.
                group.addTask {
                    await withTaskGroup(of: String.self) { first in
                        first.addTask { await outcome() }
                        await cloud.server.arrival(of: 1)
                        first.cancelAll()
                        return await [first.next() ?? "-"]
                    }
                }
                await cloud.server.arrival(of: 1)
                for _ in 0..<5 { group.addTask { await [outcome()] } }
                await cloud.server.arrival(of: 2)
                gate.open()
                return await group.reduce(into: []) { $0 += $1 }
            }
            #expect(outcomes.sorted() == ["cancelled"] + Array(repeating: "user-1", count: 5))
            #expect(cloud.logins == 2)
        }
    }

    @Test func whoWaitsCanBeCancelled() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("POST /identity/v3/auth/tokens") { _ in TestReply([.hang]) }
            let vim = try cloud.connect()
            let outcomes = await withTaskGroup(of: String.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        do throws(VIMError) { return try await vim.identity().userID } catch { return "\(error.code)" }
                    }
                }
                await cloud.server.arrival(of: 1)
                group.cancelAll()
                return await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(outcomes == ["cancelled"])
        }
    }

    @Test func thoseWhoWaitShareAFailure() async throws {
        try await withCloud { (cloud) async throws in
            // Whoever comes asks the clock whether the token, which has expired, still serves; the one whose turn it is
            // asks again. After eleven questions nine wait behind one login, which is held until then.
            let questions = Locked(0)
            let now = cloud.now
            let vim = try cloud.connect(now: {
                questions.withLock { $0 += 1 }
                return now()
            })
            _ = try await vim.identity()
            cloud.advance(4000)
            questions.withLock { $0 = 0 }
            let gate = TestGate()
            cloud.on("POST /identity/v3/auth/tokens") { _ in
                TestReply([.wait(gate)] + TestReply.text(401, "{}").steps)
            }
            let codes = await withTaskGroup(of: VIMError.Code?.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        do throws(VIMError) { _ = try await vim.identity() } catch { return error.code }
                        return nil
                    }
                }
                while questions.withLock({ $0 }) < 11, !Task.isCancelled { await Task.yield() }
                gate.open()
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes == Array(repeating: .authentication, count: 10))
            #expect(cloud.logins == 2)
        }
    }

    @Test func aRefusedTokenIsReplacedOnce() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("GET /compute/v2.1/servers/detail") { request in
                request.header("X-Auth-Token") == "token-2" ? page("servers", ["a"]) : .text(401, "{}")
            }
            let vim = try cloud.connect()
            let ids = IDs()
            #expect(try await vim.listServers(ids).objects == 1)
            #expect(ids.all == ["a"])
            #expect(cloud.targets.map { $0.prefix(4) } == ["POST", "GET ", "POST", "GET "])
        }
    }

    @Test func aSecondRefusalIsAnError() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("GET /compute/v2.1/servers/detail") { _ in .text(401, #"{"error": {"message": "no"}}"#) }
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == .authentication)
            #expect(error.reason == "status 401: no (with a token that Keystone had just issued)")
            #expect(cloud.logins == 2)
            // The next request does not begin with a login: the token may be fine for it.
            _ = try await vim.listPorts(IDs())
            #expect(cloud.logins == 2)
        }
    }

    @Test func manyRefusalsOfOneTokenMakeOneLogin() async throws {
        try await withCloud { (cloud) async throws in
            let gate = TestGate()
            cloud.on("GET /compute/v2.1/servers/x") { request in
                request.header("X-Auth-Token") == "token-1"
                    ? TestReply([.wait(gate)] + TestReply.text(401, "{}").steps)
                    : .text(200, #"{"server": {"id": "x"}}"#)
            }
            let vim = try cloud.connect({ _ in }, settings: { $0.requestsPerAccount = 8 })
            _ = try await vim.identity()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try await vim.server(id: "x") } }
                await cloud.server.arrival(of: 9)
                gate.open()
                try await group.waitForAll()
            }
            #expect(cloud.logins == 2)
        }
    }
}
