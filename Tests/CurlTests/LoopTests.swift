// SPDX-License-Identifier: Apache-2.0

import Curl
import TestHTTP
import Testing

@Suite(.timeLimit(.minutes(20)))
struct LoopTests {
    /// Sends in a task of its own, so that it can be cancelled.
    private func sending(_ loop: CurlLoop, _ request: HTTPRequest, while body: @Sendable () async -> Void) async
        -> String
    {
        await withTaskGroup(of: String?.self) { group in
            group.addTask {
                do throws(HTTPError) {
                    return "\(try await loop.send(request).status)"
                } catch {
                    return error.code.name
                }
            }
            await body()
            group.cancelAll()
            return await group.next().flatMap(\.self) ?? "-"
        }
    }

    @Test func cancellingEndsATransferThatHangs() async throws {
        try await withServer { _ in
            TestReply([.hang])
        } _: { (loop, server) async throws in
            let outcome = await sending(loop, get(server.url)) { await server.arrival(of: 1) }
            #expect(outcome == "cancelled")
            #expect(loop.counters.inFlight == 0)
        }
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        try await withServer { _ in
            .text(200, "")
        } _: { (loop, server) async throws in
            let outcome = await withTaskGroup(of: String.self) { group in
                group.cancelAll()
                group.addTask {
                    do throws(HTTPError) {
                        return "\(try await loop.send(get(server.url)).status)"
                    } catch {
                        return error.code.name
                    }
                }
                return await group.next() ?? "-"
            }
            #expect(outcome == "cancelled")
            #expect(server.requests.isEmpty)
        }
    }

    @Test func cancellingOneLeavesTheOthers() async throws {
        let gate = TestGate()
        try await withServer {
            $0.path == "/hang" ? TestReply([.hang]) : TestReply([.wait(gate)] + TestReply.text(200, "x").steps)
        } _: {
            (loop, server) async throws in
            async let other = loop.send(get(server.url + "/other"))
            await server.arrival(of: 1)
            let outcome = await sending(loop, get(server.url + "/hang")) { await server.arrival(of: 2) }
            #expect(outcome == "cancelled")
            gate.open()
            #expect(try await other.status == 200)
        }
    }

    @Test func connectionsAreUsedAgain() async throws {
        try await withServer {
            $0.path == "/last" ? .text(200, "x", headers: [("Connection", "close")]) : .text(200, "x")
        } _: { (loop, server) async throws in
            #expect(try await !loop.send(get(server.url)).connectionReused)
            #expect(try await loop.send(get(server.url)).connectionReused)
            #expect(try await loop.send(get(server.url + "/last")).connectionReused)
            #expect(try await !loop.send(get(server.url)).connectionReused)
            #expect(server.requests.map(\.connection) == [1, 1, 1, 2])
            let counters = loop.counters
            #expect(counters.requests == 4)
            #expect(counters.failures == 0)
            #expect(counters.connectionsOpened == 2)
            #expect(counters.bytesReceived == 4)
        }
    }

    /// Whoever waits longer than that before the second request has a new connection; however slow the machine is.
    @Test func anUnusedConnectionIsKeptForATime() async throws {
        try await withServer(settings: .init(maxIdle: .seconds(1))) { _ in
            .text(200, "x")
        } _: { (loop, server) async throws in
            _ = try await loop.send(get(server.url))
            try await Task.sleep(for: .milliseconds(2100))
            #expect(try await !loop.send(get(server.url)).connectionReused)
            #expect(server.connections == 2)
        }
    }

    @Test func aCancelledTransferDoesNotSpoilItsHandle() async throws {
        try await withServer {
            $0.path == "/hang" ? TestReply([.hang]) : .text(200, "fine")
        } _: { (loop, server) async throws in
            for round in 1...20 {
                let outcome = await sending(loop, get(server.url + "/hang") { $0.headers = [("X-Left", "over")] }) {
                    await server.arrival(of: 2 * round - 1)
                }
                #expect(outcome == "cancelled")
                #expect(try await loop.send(get(server.url)).body == Array("fine".utf8))
                #expect(server.requests.last?.header("X-Left") == nil)
            }
        }
    }

    @Test func sixtyFourAtOnce() async throws {
        let gate = TestGate()
        try await withServer { request in
            TestReply([.wait(gate)] + TestReply.text(200, String(request.target.dropFirst())).steps)
        } _: { (loop, server) async throws in
            let bodies = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        let response = try await loop.send(get("\(server.url)/\(number)"))
                        return String(decoding: response.body, as: UTF8.self)
                    }
                }
                await server.arrival(of: 64)
                #expect(loop.counters.inFlight == 64)
                gate.open()
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(bodies == Set((0..<64).map(String.init)))
            #expect(server.connections == 64)
        }
    }

    @Test func connectionsPerHostAreLimited() async throws {
        try await withServer(settings: .init(maxPerHost: 2)) { _ in
            .text(200, "x")
        } _: { (loop, server) async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await loop.send(get(server.url)) } }
                try await group.waitForAll()
            }
            #expect(server.requests.count == 20)
            #expect(server.connections <= 2)
        }
    }

    @Test func shutdownCancelsAndIsFinal() async throws {
        try await withServer { _ in
            TestReply([.hang])
        } _: { (loop, server) async throws in
            async let hanging = failure(loop, get(server.url))
            await server.arrival(of: 1)
            await loop.shutdown()
            #expect(try await hanging.code.name == "cancelled")
            #expect(try await failure(loop, get(server.url)).code.name == "cancelled")
            await loop.shutdown()
            #expect(loop.counters.inFlight == 0)
        }
    }

    @Test func aLoopThatIsDroppedEndsByItself() async throws {
        let server = try TestServer { _ in .text(200, "x") }
        for _ in 0..<50 {
            let loop = try CurlLoop()
            #expect(try await loop.send(get(server.url)).status == 200)
        }
        server.stop()
    }
}
