// SPDX-License-Identifier: Apache-2.0

import Simulator
import Testing
import Values

@Suite struct NovaTests {
    let cloud = SimulatedCloud.generate(seed: 31, name: "n", servers: 3)

    @Test(
        arguments: [
            ("OpenStack-API-Version", "compute 2.60", 200, "2.60"), ("X-OpenStack-Nova-API-Version", "2.1", 200, "2.1"),
            ("OpenStack-API-Version", "compute latest", 200, "2.93"), ("Accept", "*/*", 200, "2.1"),
            ("OpenStack-API-Version", "volume 3.0", 200, "2.1"),
            ("OpenStack-API-Version", "compute 2.999", 406, nil), ("OpenStack-API-Version", "compute banana", 400, nil),
        ] as [(String, String, Int, String?)])
    func microversions(header: String, value: String, status: Int, served: String?) async throws {
        try await withServer(cloud) { _, client in
            let token = ("X-Auth-Token", try await client.token(cloud))
            let answer = try await client.send("/v/n/compute/v2.1/servers/detail", headers: [token, (header, value)])
            #expect(answer.status == status)
            #expect(answer.headers["x-openstack-nova-api-version"] == served)
            #expect(answer.headers["openstack-api-version"] == served.map { "compute \($0)" })
            #expect(answer.headers["x-openstack-request-id"]?.hasPrefix("req-") == true)
        }
    }

    @Test func byID() async throws {
        let port = try #require(cloud.ports[1]["id"]?.string)
        let server = try #require(cloud.servers[1]["id"]?.string)
        let flavor = try #require(cloud.flavors[1]["id"]?.string)
        try await withServer(cloud) { _, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            func get(_ path: String) async throws -> RawResponse {
                try await client.send("/v/n/\(path)", headers: token)
            }
            let one = try await get("compute/v2.1/servers/\(server.uppercased())").json()
            #expect(one["server"]?.isIdentical(to: cloud.servers[1]) == true)
            #expect(try await get("network/v2.0/ports/\(port)").json()["port"]?.isIdentical(to: cloud.ports[1]) == true)
            #expect(
                try await get("compute/v2.1/flavors/\(flavor)").json()["flavor"]?.isIdentical(to: cloud.flavors[1])
                    == true)
            try cloud.apply(Change(.delete, server))
            let gone = try await get("compute/v2.1/servers/\(server)")
            #expect(gone.status == 404)
            #expect(
                try gone.json().isIdentical(to: [
                    "itemNotFound": ["code": 404, "message": .string("Instance \(server) could not be found.")]
                ]))
            try cloud.apply(Change(.deletePort, cloud.ports[0]["id"]?.string ?? ""))
            let missing = try await get("network/v2.0/ports/none")
            #expect(missing.status == 404)
            #expect(
                try missing.json().isIdentical(to: [
                    "NeutronError": ["type": "PortNotFound", "message": "Port none could not be found.", "detail": ""]
                ]))
            #expect(try await get("compute/v2.1/flavors/none").status == 404)
            #expect(try await get("compute/v2.1/nonsense").json().keys == ["message", "code", "title"])
            #expect(try await get("network/v2.0/nonsense").json()["NeutronError"]?["type"]?.string == "HTTPNotFound")
            #expect(try await get("network/v2.0").status == 404)
        }
    }

    @Test func flavors() async throws {
        try await withServer(cloud) { _, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            let brief = try await client.send("/v/n/compute/v2.1/flavors", headers: token).json()
            #expect(brief["flavors"]?.array?.allSatisfy { $0.keys == ["id", "name", "links", "description"] } == true)
            let full = try await client.send("/v/n/compute/v2.1/flavors/detail", headers: token).json()
            #expect(Value.same(full["flavors"]?.array ?? [], cloud.flavors))
        }
    }
}
