// SPDX-License-Identifier: Apache-2.0

import Curl
import Foundation
import JSON
import Testing
import Values

/// The commands that bring their own OpenStack.
@Suite(.timeLimit(.minutes(20))) struct ShowTests {
    @Test func demoShowsEachChangeAndEnds() async throws {
        let outcome = try await Program.run(["demo", "--vims", "2", "--vms", "5"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let output = outcome.output
        #expect(output.contains("cycle 1, records are true: "))
        for words in [
            "somebody stops vim-1-vnf-", #"vim_status: "ACTIVE" → "SHUTOFF""#, "renamed-by-hand", "falls into ERROR",
            #"vim_status: "SHUTOFF" → "DELETED""#, "1 deletion proven and reported",
        ] {
            #expect(output.contains(words), "\(words) in \(output)")
        }
        #expect(!output.contains("  ! "), "\(output)")
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func demoGoesOnUntilItIsStopped(_ signal: Int32) async throws {
        let demo = try Program(["demo", "--vims", "1", "--vms", "5", "--keep-running"])
        try await eventually("it watches") { demo.output.contains("watching; control endpoint at ") }
        let url = try #require(demo.output.firstMatch(of: /control endpoint at (http:[^;]+)/)?.output.1)
        let answer = try await HTTP.post(
            "\(url)/vim-1/mutate",
            #"{"action": "rename", "server": "vim-1-vnf-000001-vdu-mgmtVM-0", "to": "by-the-test"}"#)
        try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
        try await eventually("the change is found") { demo.output.contains("by-the-test") }
        demo.send(signal)
        #expect(try await demo.outcome().status == 0)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func simulateServesUntilItIsStopped(_ signal: Int32) async throws {
        let simulator = try Program(["simulate", "--port", "0", "--vims", "2", "--vms", "3", "--token-lifetime", "60"])
        try await eventually("it serves") { simulator.output.contains("2 clouds of 3 servers at ") }
        let url = try #require(simulator.output.firstMatch(of: /servers at (http:.+)\/v\/vim-1/)?.output.1)
        let control = try await HTTP.get("\(url)/control")
        #expect(control.status == 200)
        let clouds = try JSON.parse(control.body)
        #expect(String(decoding: JSON.serialize(clouds), as: UTF8.self).contains("vim-2"))
        // The examples of --help.
        for (path, body) in [
            ("vim-1/mutate", #"{"action": "stop", "server": "vim-1-vnf-000001-vdu-mgmtVM-0"}"#),
            ("faults", #"{"effect": "status", "status": 503, "kind": "servers"}"#),
        ] {
            let answer = try await HTTP.post("\(url)/control/\(path)", body)
            #expect((200...201).contains(answer.status), "\(path): \(String(decoding: answer.body, as: UTF8.self))")
        }
        simulator.send(signal)
        let outcome = try await simulator.outcome()
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    }

    /// The example of --help.
    @Test func simulateServesOverTLS() async throws {
        let help = try await Program.run(["simulate", "--help"])
        for line in ["simulate --tls certificates", "--cacert certificates/ca.pem", #"{"certificate": "expired"}"#] {
            #expect(help.output.contains(line))
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vimwatch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificates = folder.appendingPathComponent("certificates").path
        let simulator = try Program([
            "simulate", "--port", "0", "--vms", "1", "--tls", certificates, "--tls-require-client-certificate",
        ])
        try await eventually("it serves") { simulator.output.contains("1 clouds of 1 servers at ") }
        let url = try #require(simulator.output.firstMatch(of: /servers at (https:.+)\/v\/vim-1/)?.output.1)
        let client = HTTPRequest.TLS(
            ca: .file(certificates + "/ca.pem"), clientCertificate: .file(certificates + "/client.pem"),
            clientKey: .file(certificates + "/client-key.pem"))
        #expect(try await HTTP.get("\(url)/control", tls: client).status == 200)
        await #expect(throws: HTTPError.self) { try await HTTP.get("\(url)/control", tls: .init(verify: false)) }
        let key = try FileManager.default.attributesOfItem(atPath: certificates + "/client-key.pem")
        #expect(key[.posixPermissions] as? Int == 0o600)
        let expired = try await HTTP.post("\(url)/control/tls", #"{"certificate": "expired"}"#, tls: client)
        #expect(expired.status == 200)
        await #expect(throws: HTTPError.self) { try await HTTP.get("\(url)/control", tls: client) }
        simulator.send(SIGTERM)
        let outcome = try await simulator.outcome()
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    }

    @Test func aPortInUseIsSaid() async throws {
        let first = try Program(["simulate", "--port", "0", "--vms", "0"])
        try await eventually("it serves") { first.output.contains("servers at ") }
        let port = try #require(first.output.firstMatch(of: /127\.0\.0\.1:([0-9]+)/)?.output.1)
        let second = try await Program.run(["simulate", "--port", "\(port)", "--vms", "0"])
        #expect(second.status == 1)
        #expect(second.errors.contains("cannot listen on 127.0.0.1:\(port)"), "\(second.errors)")
        first.send(SIGTERM)
        #expect(try await first.outcome().status == 0)
    }
}
