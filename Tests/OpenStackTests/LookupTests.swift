// SPDX-License-Identifier: Apache-2.0

import JSON
import OpenStack
import TestHTTP
import Testing
import Values

@Suite(.timeLimit(.minutes(20)))
struct LookupTests {
    enum Kind: String, CaseIterable {
        case server, port

        var route: String { self == .server ? "GET /compute/v2.1/servers" : "GET /network/v2.0/ports" }

        func look(_ vim: OpenStackVIM, _ id: String) async throws(VIMError) -> Lookup {
            self == .server ? try await vim.server(id: id) : try await vim.port(id: id)
        }
    }

    @Test(arguments: Kind.allCases)
    func whatIsFoundKeepsItsBytes(kind: Kind) async throws {
        try await withCloud { (cloud) async throws in
            let object = #"{ "name" : "\"server\": {}", "id":"A-b",  "n": 1.0, "x": [{"server": {"id": 1}}] }"#
            cloud.on("\(kind.route)/a-B") { _ in
                .text(200, #" { "links": ["\#(kind)", {"id": "no"}], "\#(kind)" : \#(object) , "z": null } "#)
            }
            guard case .found(let bytes, let value) = try await kind.look(cloud.connect(), "a-B") else {
                Issue.record("not found")
                return
            }
            #expect(String(decoding: bytes, as: UTF8.self) == object)
            #expect(value.isIdentical(to: try JSON.parse(object)))
        }
    }

    @Test func ofEqualKeysTheLastCounts() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("GET /compute/v2.1/servers/x") { _ in
                .text(200, #"{"server": {"id": "y"}, "server": {"id": "x"}}"#)
            }
            guard case .found(let bytes, _) = try await cloud.connect().server(id: "x") else {
                Issue.record("not found")
                return
            }
            #expect(String(decoding: bytes, as: UTF8.self) == #"{"id": "x"}"#)
        }
    }

    @Test func aKeyWithEscapesStillYieldsTheObject() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("GET /compute/v2.1/servers/x") { _ in .text(200, #"{"s\u0065rver": {"id": "x"}}"#) }
            guard case .found(let bytes, _) = try await cloud.connect().server(id: "x") else {
                Issue.record("not found")
                return
            }
            #expect(String(decoding: bytes, as: UTF8.self) == #"{"id":"x"}"#)
        }
    }

    @Test(arguments: [
        (Kind.server, #"{"itemNotFound": {"code": 404, "message": "Instance x could not be found."}}"#),
        (.port, #"{"NeutronError": {"type": "PortNotFound", "message": "Port x could not be found.", "detail": ""}}"#),
    ])
    func theServiceSaysThatThereIsNone(kind: Kind, body: String) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("\(kind.route)/x") { _ in .text(404, body) }
            guard case .notFound = try await kind.look(cloud.connect(), "x") else {
                Issue.record("found")
                return
            }
        }
    }

    /// None of these may ever count as proof of a deletion.
    @Test(
        arguments: Kind.allCases,
        [
            (404, "<html><body>Not Found</body></html>"), (404, ""), (404, "{}"), (404, "[]"), (404, "null"),
            (404, #"{"message": "The resource could not be found.", "code": "404 Not Found", "title": "Not Found"}"#),
            (
                404,
                #"{"NeutronError": {"type": "HTTPNotFound", "message": "could not be found.", "detail": ""}}"#
            ),
            (404, #"{"message": "no Route matched with those values"}"#),
            (404, #"{"error": {"code": 404, "message": "x"}}"#),
            (404, #"{"itemNotFound": "#), (410, #"{"itemNotFound": {"code": 410, "message": ""}}"#),
            (403, #"{"forbidden": {"code": 403, "message": "no"}}"#), (500, "{}"), (503, "{}"), (302, ""),
        ])
    func otherAnswersAreErrors(kind: Kind, answer: (status: Int, body: String)) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("\(kind.route)/x") { _ in .text(answer.status, answer.body) }
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await kind.look(vim, "x") }
            #expect(error.code == .http(answer.status), "\(error)")
        }
    }

    @Test(
        arguments: Kind.allCases,
        [
            ("", VIMError.Code.notJSON), ("<html>", .notJSON), ("{}", .malformed), ("[]", .malformed),
            ("{", .truncated),
            (#"{"server": null, "port": null}"#, .malformed), (#"{"server": {}, "port": {}}"#, .malformed),
            (#"{"servers": [{"id": "x"}], "ports": [{"id": "x"}]}"#, .malformed),
            (#"{"server": {"id": "y"}, "port": {"id": "y"}}"#, .malformed),
            (#"{"server": {"id": 5}, "port": {"id": 5}}"#, .malformed),
        ])
    func aSuccessThatIsNone(kind: Kind, answer: (body: String, code: VIMError.Code)) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("\(kind.route)/x") { _ in .text(200, answer.body) }
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await kind.look(vim, "x") }
            #expect(error.code == answer.code, "\(error)")
        }
    }

    @Test(arguments: Kind.allCases, ["", ".", ".."])
    func whatIsNoIDIsNeverAsked(kind: Kind, id: String) async throws {
        try await withCloud { (cloud) async throws in
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await kind.look(vim, id) }
            #expect(error.code == .configuration)
            #expect(cloud.targets.isEmpty)
        }
    }

    @Test(arguments: [
        ("a/b", "a%2Fb"), ("../x", "..%2Fx"), ("a?b#c", "a%3Fb%23c"), ("ä b", "%C3%A4%20b"), ("%41", "%2541"),
    ])
    func idsAreEncoded(id: String, path: String) async throws {
        try await withCloud { (cloud) async throws in
            let vim = try cloud.connect()
            _ = try await vimError { () async throws(VIMError) in try await vim.server(id: id) }
            #expect(cloud.targets.last == "GET /compute/v2.1/servers/\(path)")
        }
    }
}
