// SPDX-License-Identifier: Apache-2.0

import NIOCore
import ServiceLifecycleTestKit
import Simulator
import Testing
import Values

@Suite struct ServerTests {
    @Test func manyCloudsOnOneConnection() async throws {
        let clouds = (0..<3).map { SimulatedCloud.generate(seed: 1, name: "m\($0)", servers: $0 + 1) }
        try await withServer(clouds[0], clouds[1]) { server, client in
            server.add(clouds[2])
            #expect(server.clouds.map(\.name) == ["m0", "m1", "m2"])
            #expect(server.cloud(named: "m1")?.serverCount == 2 && server.cloud(named: "x") == nil)
            for cloud in clouds {
                let token = try await client.token(cloud)
                let page = try await client.send(
                    "/v/\(cloud.name)/compute/v2.1/servers/detail", headers: [("X-Auth-Token", token)])
                #expect(try page.json()["servers"]?.array?.count == cloud.serverCount)
                #expect(server.counters.requests(.servers, of: cloud.name) == 1)
                // A token is good for its own cloud only.
                let wrong = cloud.name == "m0" ? "m1" : "m0"
                let refused = try await client.send(
                    "/v/\(wrong)/network/v2.0/ports", headers: [("X-Auth-Token", token)])
                #expect(refused.status == 401)
            }
        }
    }

    @Test func aTakenPortIsAnError() async throws {
        try await withServer { server, client in
            let second = SimulatorServer(configuration: .init(port: client.port))
            await #expect(throws: (any Error).self) { try await second.run() }
            await #expect(throws: (any Error).self) { try await second.boundPort }
            let base = try await server.baseURL
            #expect(base == "http://127.0.0.1:\(client.port)")
        }
    }

    @Test func waitingForThePortCanBeCancelled() async throws {
        let server = SimulatorServer()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await server.boundPort
                    return false
                } catch {
                    return error is CancellationError
                }
            }
            group.cancelAll()
            #expect(await group.next() == true)
        }
    }

    /// Even with a request that nobody will ever answer.
    @Test func gracefulShutdownEndsIt() async throws {
        let cloud = SimulatedCloud.generate(seed: 1, name: "g", servers: 1)
        let server = SimulatorServer(clouds: [cloud])
        server.faults.add(Fault(.stall(after: 0.5)))
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                let client = RawClient(port: try await server.boundPort)
                try await client.exchange("GET", "/v/g/v3") { inbound in
                    for try await _ in inbound { break }
                    trigger.triggerGracefulShutdown()
                    try await group.waitForAll()
                }
            }
        }
        #expect(server.counters.requests(.version) == 1)
    }

    @Test func cancellationEndsIt() async throws {
        let server = SimulatorServer()
        let port = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.boundPort
            // An idle connection does not keep the server.
            try await RawClient(port: port).exchange("GET", "/control") { inbound in
                for try await _ in inbound { break }
                group.cancelAll()
                try await group.waitForAll()
            }
            return port
        }
        let again = SimulatorServer(configuration: .init(port: port))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await again.run() }
            let bound = try await again.boundPort
            #expect(bound == port)
            group.cancelAll()
        }
    }
}
