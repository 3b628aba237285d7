// SPDX-License-Identifier: Apache-2.0

import JSON
import Simulator
import TLSServer
import TestHTTP
import Testing
import Values

/// The executable where nothing can be written to any file.
@Suite(.surroundings, .timeLimit(.minutes(20))) struct ReadOnlyTests {
    /// The original writes an account's certificates to a file, VIMWatch trusts them from memory: a real handshake.
    @Test func aCycleWithAnAccountThatBringsItsCertificates() async throws {
        let authority = try CertificateAuthority("an authority that nobody else knows")
        let tls = try TLSContext(authority.issue("cloud", alternative: "IP:127.0.0.1"))
        var world = try World("read-only")
        let cloud = world.bad
        let server = try TestServer(tls: tls) { Self.answer($0, cloud) }
        defer { server.stop() }
        world.account["vim_url"] = .string(server.url + "/v3")
        world.account["config"] = ["ca_cert_content": .string(try authority.pem)]
        try await TestDatabase.with(world.documents.collections) { [world] database in
            let program = try Program(database.once, environment: ["TMPDIR": "."], mayWriteFiles: false)
            let outcome = try await program.outcome()
            #expect(outcome.status == 0 && outcome.output.contains("wrote 6 VDUs"), "\(outcome)")
            #expect(world.stale(in: try await database.documents(in: "vnfrs")) == [])
            #expect(program.files == [])
        }
    }

    /// All that a cycle asks of a cloud.
    private static func answer(_ request: TestRequest, _ cloud: SimulatedCloud) -> TestReply {
        let base = "https://\(request.header("Host") ?? "")"
        switch request.path {
        case "/v3/auth/tokens":
            let services = [("compute", "/compute/v2.1"), ("network", "/network")].map { type, path -> Value in
                [
                    "type": .string(type),
                    "endpoints": [["interface": "public", "region": "R1", "url": .string(base + path)]],
                ]
            }
            let token: Object = [
                "user": ["id": "user"], "project": ["id": .string(cloud.projectID)], "catalog": .array(services),
            ]
            return .body(201, JSON.serialize(["token": .object(token)]), headers: [("X-Subject-Token", "token")])
        case "/compute/v2.1/servers/detail": return .body(200, JSON.serialize(["servers": .array(cloud.servers)]))
        case "/compute/v2.1/flavors": return .body(200, JSON.serialize(["flavors": .array(cloud.flavors)]))
        case "/network/v2.0/ports": return .body(200, JSON.serialize(["ports": .array(cloud.ports)]))
        default: return .text(404, #"{"message": "no route", "code": "404 Not Found", "title": "Not Found"}"#)
        }
    }
}
