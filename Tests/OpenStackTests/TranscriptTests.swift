// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import OpenStack
import Support
import TestHTTP
import Testing
import Values

/// What the Python clients sent and got (`Fixtures/http_transcript.json`). Where VIMWatch differs on purpose it asks
/// for ports by project and page size, follows the pages of servers too, and reads flavours once.
@Suite(.timeLimit(.minutes(20)))
struct TranscriptTests {
    private func records() throws -> [Value] {
        let url = try #require(
            Bundle.module.url(forResource: "http_transcript", withExtension: "json", subdirectory: "Fixtures"))
        return try #require(JSON.parse([UInt8](Data(contentsOf: url))).array)
    }

    @Test(arguments: [0, 1])
    func theSameRequestsTheSameObjects(number: Int) async throws {
        let record = try records()[number]
        let recorded = try #require(record["requests"]?.array)
        let result = try #require(record["result"])
        let lists = try ["servers", "ports"].map { try #require(result[$0]?.array).compactMap { $0["id"]?.string } }
        try await withCloud { (cloud) async throws in
            // The transcript has no second page of servers: its client did not ask for one.
            cloud.on("GET /compute/v2.1/servers/detail") { _ in page("servers", []) }
            for request in recorded {
                let path = try #require(request["path"]?.string)
                let body = Self.replacingHost(try #require(request["response"]), cloud.url)
                let headers = request["method"]?.string == "POST" ? [("X-Subject-Token", "TOKEN1")] : []
                let status = request["status"]?.isEqualInPython(to: 201) == true ? 201 : 200
                let reply = TestReply.body(status, JSON.serialize(body), headers: headers)
                let marker = path.split(separator: "marker=").dropFirst().first.map(String.init)
                let key = "\(request["method"]?.string ?? "") \(path.prefix { $0 != "?" })"
                cloud.answer(key, marker: marker, reply)
            }
            let vim = try cloud.connect {
                $0.url = cloud.url + "/identity/v3"
                $0.password = Secret("mypassword")
            }
            let (servers, ports) = (IDs(), IDs())
            _ = try await vim.listServers(servers)
            _ = try await vim.listPorts(ports)
            #expect(servers.all == lists[0])
            #expect(ports.all == lists[1])
            #expect(try await vim.flavorIDs(named: "m1.small") == ["295e9f69-4880-4639-8879-5a49924dadd2"])
            for request in cloud.server.requests {
                let same = try #require(
                    recorded.first { $0["method"]?.string == request.method && Self.path($0) == request.path },
                    "\(request.method) \(request.target)")
                for member in try #require(same["headers"]?.object).members {
                    #expect(request.header(member.key) == member.value.string, "\(request.target) \(member.key)")
                }
                if let body = same["body"], !body.isNull {
                    #expect(try JSON.parse(request.body).isIdentical(to: body))
                } else {
                    #expect(request.body.isEmpty)
                }
            }
        }
    }

    private static func path(_ request: Value) -> String {
        String((request["path"]?.string ?? "").prefix { $0 != "?" })
    }

    private static func replacingHost(_ value: Value, _ url: String) -> Value {
        switch value {
        case .string(let text): .string(text.replacingOccurrences(of: "http://HOST", with: url))
        case .array(let elements): .array(elements.map { replacingHost($0, url) })
        case .object(let object):
            .object(
                Object(uniqueMembers: object.members.map { .init(key: $0.key, value: replacingHost($0.value, url)) }))
        default: value
        }
    }
}

extension FakeCloud {
    /// Answers a route by the marker of the request; the rest of the route stays as it is.
    fileprivate func answer(_ key: String, marker: String?, _ reply: TestReply) {
        let others = route(key)
        on(key) { request in request.query["marker"] == marker ? reply : others?(request) ?? .text(404, "{}") }
    }
}
