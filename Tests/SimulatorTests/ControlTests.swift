// SPDX-License-Identifier: Apache-2.0

import Simulator
import Testing
import Values

@Suite struct ControlTests {
    let cloud = SimulatedCloud.generate(seed: 51, name: "c", servers: 4)

    @Test func summary() async throws {
        try await withServer(cloud) { server, client in
            let token = try await client.token(cloud)
            let page = try await client.send("/v/c/network/v2.0/ports", headers: [("X-Auth-Token", token)])
            _ = try await client.send("/v/c/network/v2.0/ports")
            let summary = try await client.send("/control").json()
            let entry = try #require(summary["clouds"]?[0])
            #expect(entry["name"]?.string == "c" && entry["servers"]?.integer == 4 && entry["ports"]?.integer == 8)
            #expect(entry["flavors"]?.integer == 5 && entry["tokens_issued"]?.integer == 1)
            #expect(entry["requests"]?["token"]?.integer == 1 && entry["requests"]?["ports"]?.integer == 2)
            #expect(summary["requests"]?.integer == 3 && summary["statuses"]?["401"]?.integer == 1)
            #expect((summary["bytes"]?.integer ?? 0) > page.body.count)
            // What the control endpoint itself answers does not count.
            #expect(try await client.send("/control").json()["bytes"]?.integer == summary["bytes"]?.integer)
            #expect(server.counters.total(of: "c") == 3 && server.counters.total(of: "d") == 0)
            server.resetCounters()
            #expect(server.counters == Counters())
        }
    }

    @Test func mutations() async throws {
        let name = try #require(cloud.servers[0]["name"]?.string)
        let port = try #require(cloud.ports[0]["id"]?.string)
        try await withServer(cloud) { _, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            let path = "/v/c/compute/v2.1/servers/detail"
            _ = try await client.send(path, headers: token)
            let stopped = try await client.post("/control/c/mutate", #"{"action": "stop", "server": "\#(name)"}"#)
            #expect(try stopped.json()["value"]?.string == "SHUTOFF")
            let listed = try await client.send(path, headers: token).json()
            #expect(listed["servers"]?[0]?["status"]?.string == "SHUTOFF")
            let body = #"{"action": "change-ip", "port": "\#(port)", "to": "192.0.2.1"}"#
            #expect(try await client.post("/control/c/mutate", body).json()["ports"]?[0]?.string == port)
            #expect(cloud.port(port)?["fixed_ips"]?[0]?["ip_address"]?.string == "192.0.2.1")
            #expect(try await client.post("/control/c/mutate", #"{"action": "boot"}"#).status == 200)
            let many = try await client.post("/control/c/mutate-many", #"{"kind": "delete", "count": 2}"#).json()
            #expect(many["changed"]?.integer == 2 && many["changes"]?.array?.count == 2 && cloud.serverCount == 3)
            #expect(try await client.post("/control/c/revoke-tokens", "").status == 200)
            #expect(try await client.send(path, headers: token).status == 401)
        }
    }

    @Test(arguments: [
        ("/control/c/mutate", "", 400, "JSON object"), ("/control/c/mutate", "[1]", 400, "JSON object"),
        ("/control/c/mutate", "{}", 400, "\"action\""),
        ("/control/c/mutate", #"{"action": "explode", "server": "x"}"#, 400, "explode"),
        ("/control/c/mutate", #"{"action": "stop"}"#, 400, "server"),
        ("/control/c/mutate", #"{"action": "stop", "server": "nobody"}"#, 404, "nobody"),
        ("/control/c/mutate-many", #"{"kind": "stop", "count": -3}"#, 400, "-3"),
        ("/control/c/mutate-many", #"{"kind": "stop", "count": "many"}"#, 400, "count"),
        ("/control/d/mutate", "{}", 404, "d"), ("/control/c/fly", "{}", 404, "fly"), ("/control", "{}", 404, "POST"),
        ("/control/faults", #"{"effect": "gremlins"}"#, 400, "gremlins"),
        ("/control/faults", #"{"effect": "status"}"#, 400, "status"),
        ("/control/faults", #"{"effect": "status", "status": 99}"#, 400, "99"),
        ("/control/faults", #"{"effect": "link-elsewhere"}"#, 400, "origin"),
        ("/control/faults", #"{"effect": "drop", "service": "cinder"}"#, 400, "cinder"),
        ("/control/faults", #"{"effect": "drop", "probability": 2}"#, 400, "probability"),
        ("/control/faults", "{}", 400, "effect"), ("/control/faults", #"{"effect": "nest", "depth": 0}"#, 400, "depth"),
        ("/control/tls", #"{"certificate": "good"}"#, 400, "TLS"),
        ("/control/refuse", "{}", 400, "seconds"), ("/control/refuse", #"{"seconds": -1}"#, 400, "-1"),
    ])
    func badInput(path: String, body: String, status: Int, says: String) async throws {
        try await withServer(cloud) { server, client in
            let answer = try await client.post(path, body)
            #expect(answer.status == status)
            #expect(try answer.json()["error"]?.string?.contains(says) == true, "\(answer.text)")
            #expect(cloud.serverCount == 4)
            #expect(try await client.send("/control/faults").json()["faults"]?.array?.isEmpty == true)
        }
    }

    @Test(arguments: [
        ("latency", #""seconds": 0.001, "jitter": 0.001"#),
        ("status", #""status": 503, "headers": {"Retry-After": "1"}"#),
        ("truncate", #""after": 0.25"#), ("stall", #""after": 0"#), ("drop", #""nth": 2"#), ("html", #""times": 2"#),
        ("empty", #""probability": 0.5, "seed": 4"#), ("content-type", #""type": "text/css""#),
        ("hide", #""ids": ["x"], "count": 1"#), ("shorten", #""count": 1"#), ("duplicate", #""count": 1"#),
        ("link-cycle", #""kind": "any""#), ("link-elsewhere", #""origin": "http://x""#),
        ("reset", #""nth": 1"#), ("marker-gone", #""kind": "ports""#), ("endless-pages", #""kind": "servers""#),
        ("trickle", #""bytes-per-second": 50"#), ("oversize", #""bytes": 5000000, "gzip": true"#),
        ("nest", #""depth": 600"#), ("cell-down", #""ids": ["x"], "count": 1, "seed": 3, "stubs": true"#),
        ("api-version", #""version": "2.1""#), ("rate", #""per-second": 3, "retry-after": "1""#),
        ("invalid-utf8", #""service": "nova""#), ("garbage", #""kind": "servers", "cloud": "c", "path": "limit""#),
    ])
    func faults(effect: String, members: String) async throws {
        try await withServer(cloud) { server, client in
            let added = try await client.post("/control/faults", #"{"effect": "\#(effect)", \#(members)}"#)
            #expect(added.status == 201)
            let id = try #require(try added.json()["id"]?.integer)
            let listed = try await client.send("/control/faults").json()["faults"]
            #expect(listed?[0]?["id"]?.integer == id && listed?[0]?["hits"]?.integer == 0)
            #expect(try await client.send("/control/faults/\(id)", method: "DELETE").status == 200)
            #expect(try await client.send("/control/faults/\(id)", method: "DELETE").status == 404)
            #expect(try await client.send("/control/faults", method: "DELETE").status == 200)
        }
    }

    @Test func faultsWork() async throws {
        try await withServer(cloud) { _, client in
            _ = try await client.post(
                "/control/faults",
                #"{"effect": "status", "status": 503, "headers": {"Retry-After": "1"}, "body": "x", "kind": "version", "nth": 1}"#
            )
            let answer = try await client.send("/v/c/v3")
            #expect(answer.status == 503 && answer.headers["retry-after"] == "1" && answer.text == "x")
            #expect(try await client.send("/v/c/v3").status == 200)
            let rule = try await client.send("/control").json()["faults"]?[0]
            #expect(rule?["seen"]?.integer == 2 && rule?["hits"]?.integer == 1)
        }
    }
}
