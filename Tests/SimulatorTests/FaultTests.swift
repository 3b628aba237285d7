// SPDX-License-Identifier: Apache-2.0

import JSON
import NIOCore
import Simulator
import Support
import Testing
import Values

@Suite struct FaultTests {
    let cloud = SimulatedCloud.generate(seed: 41, name: "f", servers: 10)
    let path = "/v/f/compute/v2.1/servers/detail?limit=4"
    private let servers = Fault.Match(kind: .servers)

    /// The first page of servers under a fault.
    private func page(
        _ effect: Fault.Effect, _ check: (RawResponse, RawClient, [(String, String)]) async throws -> Void
    ) async throws {
        try await withServer(cloud) { server, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            let id = server.faults.add(Fault(effect, on: servers))
            try await check(try await client.send(path, headers: token), client, token)
            #expect((server.faults.hits(of: id) ?? 0) > 0)
            server.faults.removeAll()
            #expect(server.faults.hits(of: id) == nil)
            let sound = try await client.send(path, headers: token)
            #expect(try sound.json()["servers"]?.ids == Array(Value.array(cloud.servers).ids[..<4]))
        }
    }

    @Test func status() async throws {
        try await page(.status(503, headers: [("Retry-After", "7")], body: "busy")) { answer, _, _ in
            #expect(answer.status == 503 && answer.headers["retry-after"] == "7" && answer.text == "busy")
        }
    }

    @Test(arguments: [0, 0.3, 1]) func truncated(after fraction: Double) async throws {
        try await page(.truncate(after: fraction)) { answer, _, _ in
            let length = try #require(answer.length)
            #expect(answer.status == 200 && answer.body.count == Int(Double(length) * fraction))
        }
    }

    /// More than socket buffers hold: what is to be sent is flushed before the connection ends.
    @Test func truncatedLargePage() async throws {
        let cloud = SimulatedCloud.generate(seed: 42, name: "big", servers: 1000)
        try await withServer(cloud) { server, client in
            server.faults.add(Fault(.truncate(after: 0.9), on: servers))
            let answer = try await client.send(
                "/v/big/compute/v2.1/servers/detail", headers: [("X-Auth-Token", try await client.token(cloud))])
            let length = try #require(answer.length)
            #expect(length > 2_000_000 && answer.body.count == Int(Double(length) * 0.9))
        }
    }

    @Test func dropped() async throws {
        try await page(.drop) { answer, _, _ in #expect(answer.bytes.isEmpty) }
    }

    @Test func stalledUntilReleased() async throws {
        try await withServer(cloud) { server, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            let whole = try await client.send(path, headers: token)
            let id = server.faults.add(Fault(.stall(after: 0.5), on: servers))
            let received = try await client.exchange("GET", path, headers: token) { inbound in
                var bytes: [UInt8] = []
                for try await part in inbound {
                    bytes += part.readableBytesView
                    // All that comes before the release; the rest must not have come.
                    if RawResponse(bytes: bytes).body.count == whole.body.count / 2 {
                        #expect(server.faults.remove(id))
                    }
                }
                return RawResponse(bytes: bytes)
            }
            #expect(received.text == whole.text)
        }
    }

    @Test func stalledUntilTheClientLeaves() async throws {
        try await withServer(cloud) { server, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            server.faults.add(Fault(.stall(after: 0), on: servers))
            let part = try await client.exchange("GET", path, headers: token) { inbound in
                for try await part in inbound { return part.readableBytes }
                return 0
            }
            #expect(part > 0)
        }
        // The server above stopped although nobody released the request.
    }

    @Test func wrongContent() async throws {
        try await page(.html) { answer, _, _ in
            #expect(answer.status == 200 && answer.headers["content-type"]?.hasPrefix("text/html") == true)
            #expect(answer.text.contains("<html>"))
        }
        try await page(.empty) { answer, _, _ in #expect(answer.status == 200 && answer.length == 0) }
        try await page(.contentType("text/plain")) { answer, _, _ in
            #expect(answer.headers["content-type"] == "text/plain")
            let body = try answer.json()
            #expect(body["servers"]?.array?.count == 4)
        }
        for (key, spoiled) in [(nil, "\"id\": \"\u{FFFD}"), ("status", "\"status\": \"\u{FFFD}CTIVE\"")]
            as [(String?, String)]
        {
            try await page(.invalidUTF8(of: key)) { answer, _, _ in
                #expect(answer.length == answer.body.count)
                let text = String(decoding: answer.body, as: UTF8.self)
                #expect(text.count { $0 == "\u{FFFD}" } == 1 && text.contains(spoiled), "\(text)")
            }
        }
        try await page(.garbage) { answer, _, _ in
            #expect(answer.length == answer.body.count)
            #expect(throws: JSONError.self) { try answer.json() }
        }
    }

    @Test func hiddenObjects() async throws {
        let ids = Value.array(cloud.servers).ids
        try await page(.hide(ids: [ids[1], ids[9]], count: 2, seed: 5)) { answer, client, token in
            let listed = try await all(client, path, "servers", token[0].1)
            let again = try await all(client, path, "servers", token[0].1)
            #expect(listed.count < 9 && Value.same(listed, again))
            #expect(!Value.array(listed).ids.contains(ids[1]) && !Value.array(listed).ids.contains(ids[9]))
            #expect(try answer.json()["servers"]?.array?.count == 4)
            let proof = try await client.send("/v/f/compute/v2.1/servers/\(ids[1])", headers: token)
            #expect(try proof.json()["server"]?["id"]?.string == ids[1])
        }
    }

    @Test func listingsThatLie() async throws {
        let ids = Value.array(cloud.servers).ids
        try await page(.shorten(to: 3)) { answer, client, _ in
            let body = try answer.json()
            #expect(body["servers"]?.ids == Array(ids[..<3]) && link("next", body, "servers", client) == nil)
        }
        try await page(.duplicate(count: 2)) { answer, client, token in
            #expect(try answer.json()["servers"]?.ids == Array(ids[..<4] + ids[..<2]))
            let listed = try await all(client, path, "servers", token[0].1)
            #expect(Set(Value.array(listed).ids) == Set(ids) && listed.count == 16)
        }
        try await page(.linkCycle) { answer, client, _ in
            let body = try answer.json()
            #expect(link("next", body, "servers", client) == path)
        }
        try await page(.linkElsewhere("http://192.0.2.1:9")) { answer, _, _ in
            let href = try answer.json()["servers_links"]?[0]?["href"]?.string
            #expect(href == "http://192.0.2.1:9\(path)&marker=\(ids[3])")
        }
    }

    @Test func portsLieToo() async throws {
        try await withServer(cloud) { server, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            server.faults.add(Fault(.shorten(to: 3), on: .init(service: .neutron)))
            server.faults.add(Fault(.linkCycle, on: .init(kind: .ports)))
            let ports = try await client.send("/v/f/network/v2.0/ports", headers: token).json()
            #expect(ports["ports"]?.ids == Array(Value.array(cloud.ports).ids[..<3]))
            #expect(link("next", ports, "ports", client) == "/v/f/network/v2.0/ports")
        }
    }

    @Test func latency() async throws {
        let waits = Locked<[Double]>([])
        let configuration = SimulatorServer.Configuration(sleep: { seconds in waits.withLock { $0.append(seconds) } })
        try await withServer(cloud, configuration: configuration) { server, client in
            server.faults.add(Fault(.latency(seconds: 5, jitter: 1), on: .init(service: .keystone)))
            for path in ["/v/f/v3", "/v/f/compute/v2.1/", "/v/f/v3"] {
                let answer = try await client.send(path)
                #expect(answer.status == 200)
            }
            let waited = waits.withLock { $0 }
            #expect(waited.count == 2 && waited.allSatisfy { (5..<6).contains($0) } && waited[0] != waited[1])
        }
    }

    @Test(arguments: [
        (Fault.Trigger.always, [500, 500, 500, 500]), (.nth(2), [200, 500, 200, 200]),
        (.times(3), [500, 500, 500, 200]), (.probability(0, seed: 1), [200, 200, 200, 200]),
        (.probability(1, seed: 1), [500, 500, 500, 500]),
    ])
    func triggers(trigger: Fault.Trigger, expected: [Int]) async throws {
        try await withServer(cloud) { server, client in
            server.faults.add(Fault(.status(500), on: .init(kind: .version), when: trigger))
            var statuses: [Int?] = []
            for _ in expected { statuses.append(try await client.send("/v/f/v3").status) }
            #expect(statuses == expected)
        }
    }

    @Test func chanceRepeats() async throws {
        func run(_ seed: UInt64) async throws -> [Int?] {
            try await withServer(cloud) { server, client in
                server.faults.add(Fault(.status(500), when: .probability(0.5, seed: seed)))
                var statuses: [Int?] = []
                for _ in 0..<40 { statuses.append(try await client.send("/v/f/v3").status) }
                return statuses
            }
        }
        let first = try await run(1)
        #expect(try await run(1) == first)
        #expect(try await run(2) != first)
        #expect(Set(first) == [200, 500])
    }

    @Test func matching() async throws {
        let other = SimulatedCloud.generate(seed: 1, name: "other", servers: 1)
        try await withServer(cloud, other) { server, client in
            func statuses() async throws -> [Int?] {
                var statuses: [Int?] = []
                for path in ["/v/f/v3", "/v/other/v3", "/v/f/compute/v2.1/", "/v/f/v3?x=1"] {
                    statuses.append(try await client.send(path).status)
                }
                return statuses
            }
            for (match, expected) in [
                (Fault.Match(cloud: "other"), [200, 418, 200, 200]), (.init(service: .nova), [200, 200, 418, 200]),
                (.init(kind: .version), [418, 418, 418, 418]), (.init(path: "x="), [200, 200, 200, 418]),
                (.init(), [418, 418, 418, 418]), (.init(cloud: "f", kind: .ports), [200, 200, 200, 200]),
            ] {
                let id = server.faults.add(Fault(.status(418), on: match))
                let seen = try await statuses()
                #expect(seen == expected)
                #expect(server.faults.remove(id) && !server.faults.remove(id))
            }
        }
    }
}
