// SPDX-License-Identifier: Apache-2.0

import Curl
import NIOCore
import Simulator
import Support
import Testing
import Values

/// Faults of a connection, a listing or a whole service.
@Suite struct ServiceFaultTests {
    let cloud = SimulatedCloud.generate(seed: 43, name: "s", servers: 10)
    let servers = "/v/s/compute/v2.1/servers/detail"
    let ports = "/v/s/network/v2.0/ports"

    private func withFault(
        _ effect: Fault.Effect, _ kind: RequestKind? = nil, configuration: SimulatorServer.Configuration = .init(),
        _ check: (SimulatorServer, RawClient, [(String, String)]) async throws -> Void
    ) async throws {
        try await withServer(cloud, configuration: configuration) { server, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            server.faults.add(Fault(effect, on: .init(kind: kind)))
            try await check(server, client, token)
        }
    }

    @Test func reset() async throws {
        try await withFault(.reset, .servers) { _, client, token in
            await #expect(throws: IOError.self) {
                try await client.exchange("GET", servers, headers: token) { inbound in
                    for try await _ in inbound {}
                }
            }
            let other = try await client.send(ports, headers: token)
            #expect(other.status == 200)
        }
    }

    @Test func trickle() async throws {
        let waits = Locked<[Double]>([])
        let configuration = SimulatorServer.Configuration(sleep: { seconds in waits.withLock { $0.append(seconds) } })
        try await withFault(.trickle(bytesPerSecond: 5000), .servers, configuration: configuration) {
            _, client, token in
            let answer = try await client.send(servers, headers: token)
            #expect(try answer.json()["servers"]?.ids.count == 10)
            let slept = waits.withLock { $0 }
            #expect(slept.count == (answer.body.count + 499) / 500 && slept.allSatisfy { $0 == 0.1 })
        }
    }

    @Test(arguments: [false, true]) func oversize(gzip: Bool) async throws {
        let loop = try CurlLoop()
        try await withFault(.oversize(bytes: 1_000_000, gzip: gzip), .servers) { _, client, token in
            var request = HTTPRequest("GET", "http://127.0.0.1:\(client.port)\(servers)")
            request.proxy = ""
            request.gzip = gzip
            request.headers = token.map { (name: $0.0, value: $0.1) }
            let response = try await loop.send(request)
            #expect(response.body.count == 1_000_000)
            #expect(response.bytesReceived < (gzip ? 20_000 : 1_000_001))
            let page = try RawResponse(bytes: Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + response.body).json()
            #expect(page["servers"]?.ids == ["oversize"])
        }
        await loop.shutdown()
    }

    @Test func nest() async throws {
        try await withFault(.nest(depth: 100), .servers) { _, client, token in
            var nested = try await client.send(servers, headers: token).json()["servers"]?[0]?["nested"]
            var depth = 0
            while let list = nested?.array {
                depth += 1
                nested = list.first
            }
            #expect(depth == 100)
        }
    }

    @Test func markerGone() async throws {
        try await withFault(.markerGone) { _, client, token in
            #expect(try await client.send("\(servers)?limit=4", headers: token).json()["servers"]?.ids.count == 4)
            let id = Value.array(cloud.servers).ids[3]
            let page = try await client.send("\(servers)?limit=4&marker=\(id)", headers: token)
            #expect(page.status == 400)
            #expect(try page.json()["badRequest"]?["message"]?.string == "marker [\(id)] not found")
            let port = Value.array(cloud.ports).ids[3]
            let other = try await client.send("\(ports)?limit=4&marker=\(port)", headers: token)
            #expect(other.status == 404)
            #expect(try other.json()["NeutronError"]?["type"]?.string == "PortNotFound")
        }
    }

    @Test func endlessPages() async throws {
        try await withFault(.endlessPages) { _, client, token in
            for (path, key) in [("\(servers)?limit=4", "servers"), ("\(ports)?limit=4", "ports")] {
                var next: String? = path
                var links: Set<String> = []
                var pages: Set<[String]> = []
                for _ in 0..<12 {
                    let body = try await client.send(try #require(next), headers: token).json()
                    pages.insert(body[key]?.ids ?? [])
                    next = link("next", body, key, client)
                    links.insert(try #require(next))
                }
                #expect(links.count == 12 && pages.count == 1)
            }
        }
    }

    @Test(arguments: [false, true]) func cellDown(stubs: Bool) async throws {
        let ids = Value.array(cloud.servers).ids
        try await withFault(.cellDown(ids: [ids[2]], count: 1, seed: 7, stubs: stubs)) { _, client, token in
            let whole = try await client.send(servers, headers: token)
            #expect(whole.status == 200)
            let listed = try #require(try whole.json()["servers"]?.array)
            let paged = try await all(client, "\(servers)?limit=4", "servers", token[0].1)
            #expect(Value.array(paged).ids.count == 8 && !Value.array(paged).ids.contains(ids[2]))
            let proof = try await client.send("/v/s/compute/v2.1/servers/\(ids[2])", headers: token)
            guard stubs else {
                #expect(Value.same(listed, paged))
                #expect(proof.status == 500)
                #expect(try proof.json()["computeFault"]?["message"]?.string?.contains("DBConnectionError") == true)
                return
            }
            #expect(proof.status == 200)
            let stub = try #require(listed.first { $0["id"]?.string == ids[2] })
            #expect(listed.count == 10 && stub["status"]?.string == "UNKNOWN")
            #expect(stub.keys == ["id", "status", "tenant_id", "created", "links", "security_groups"])
            #expect(try proof.json()["server"]?.isIdentical(to: stub) == true)
        }
    }

    @Test(arguments: ["2.1", ""]) func apiVersion(_ version: String) async throws {
        try await withFault(.apiVersion(version), .servers) { _, client, token in
            let headers = token + [("OpenStack-API-Version", "compute 2.60")]
            let answer = try await client.send(servers, headers: headers)
            #expect(answer.status == 200 && answer.headers["x-openstack-nova-api-version"] == nil)
            #expect(answer.headers["openstack-api-version"] == (version.isEmpty ? nil : "compute \(version)"))
            let one = try await client.send(
                "/v/s/compute/v2.1/servers/\(Value.array(cloud.servers).ids[0])", headers: headers)
            #expect(one.headers["openstack-api-version"] == "compute 2.60")
        }
    }

    @Test(arguments: ["3", nil]) func rate(retryAfter: String?) async throws {
        let time = Locked(1000.0)
        let configuration = SimulatorServer.Configuration(now: { time.withLock { $0 } })
        try await withFault(
            .rate(perSecond: 2, retryAfter: retryAfter), .servers, configuration: configuration
        ) { _, client, token in
            var statuses: [Int?] = []
            for step in 0..<7 {
                if step == 4 { time.withLock { $0 += 1 } }
                let answer = try await client.send(servers, headers: token)
                statuses.append(answer.status)
                #expect(answer.headers["retry-after"] == (answer.status == 429 ? retryAfter : nil))
            }
            #expect(statuses == [200, 200, 429, 429, 200, 200, 429])
            #expect(try await client.send(ports, headers: token).status == 200)
        }
    }

    @Test func refuse() async throws {
        try await withServer(cloud) { server, client in
            for _ in 0..<2 {
                #expect(try await client.send("/v/s/v3").status == 200)
                try await server.refuse()
                await #expect(throws: (any Error).self) { try await client.send("/v/s/v3") }
                try await server.accept()
                #expect(try await server.boundPort == client.port)
            }
            #expect(try await client.send("/v/s/v3").status == 200)
        }
    }

    @Test func refuseForAWhile() async throws {
        let (reached, released) = (AsyncStream.makeStream(of: Double.self), AsyncStream.makeStream(of: Void.self))
        let configuration = SimulatorServer.Configuration(sleep: { seconds in
            reached.continuation.yield(seconds)
            for await _ in released.stream { return }
        })
        try await withServer(cloud, configuration: configuration) { server, client in
            #expect(try await client.post("/control/refuse", #"{"seconds": 5}"#).status == 200)
            for await seconds in reached.stream {
                #expect(seconds == 5)
                break
            }
            await #expect(throws: (any Error).self) { try await client.send("/v/s/v3") }
            released.continuation.yield()
            try await server.accept()
            #expect(try await client.send("/v/s/v3").status == 200)
        }
    }
}
