// SPDX-License-Identifier: Apache-2.0

import Curl
import Foundation
import Simulator
import Testing

/// What the service tells over HTTP while it runs.
@Suite(.surroundings, .timeLimit(.minutes(20))) struct StatusPageTests {
    @Test func pagesOfARunningService() async throws {
        let world = try World("status pages")
        try world.add(.status(503), to: .servers, when: .always)
        try await TestDatabase.with(world.documents.collections) { database in
            let service = ["run", "--poll-interval", "3600"] + database.flags(status: true)
            let program = try Program(service + ["--status-port", "0"])
            try await eventually("the first cycle is reported") { program.errors.contains("wrote 3 VDUs") }
            let url = try #require(program.errors.firstMatch(of: /status pages at (http:\/\/[0-9.]+:[0-9]+)/)?.output.1)
            #expect(try await get("\(url)/health") == "200 text/plain; charset=utf-8 ok\n")
            #expect(try await get("\(url)/ready") == "200 text/plain; charset=utf-8 ready\n")
            let status = try await get("\(url)/status")
            #expect(status.hasPrefix("200 application/json {"))
            #expect(status.contains(#""accounts_failed":1"#), "\(status)")
            let metrics = try await get("\(url)/metrics")
            #expect(metrics.hasPrefix("200 text/plain; version=0.0.4 # HELP"))
            #expect(metrics.contains("\nvimwatch_vdus_written_total 3\n"))
            #expect(metrics.contains(#"vimwatch_findings_total{code="vim_failed",detail="http_503"} 1"#))
            #expect(try await get("\(url)/nothing").hasPrefix("404 "))
            let health = try await HTTP.get("\(url)/health")
            let date = try #require(health.header("Date").flatMap { HTTPDate.seconds($0) })
            #expect(abs(date - Date().timeIntervalSince1970) < 600)
            #expect(try await HTTP.head("\(url)/health").status == 200)
            let refused = try await HTTP.delete("\(url)/health")
            #expect(refused.status == 405 && refused.header("Allow") == "GET, HEAD")

            // A second service that wants the same port watches all the same.
            let port = try #require(url.split(separator: ":").last)
            let other = try Program(service + ["--status-port", "\(port)"])
            try await eventually("it says so, and its first cycle is reported") {
                other.errors.contains("no status page: cannot listen on 127.0.0.1:\(port)")
                    && other.errors.contains("read-only")
            }
            for one in [other, program] {
                one.send(SIGTERM)
                #expect(try await one.outcome().status == 0)
            }
        }
    }

    private func get(_ url: String) async throws -> String {
        let response = try await HTTP.get(url)
        let text = String(decoding: response.body, as: UTF8.self)
        return "\(response.status) \(response.header("Content-Type") ?? "-") \(text)"
    }
}
