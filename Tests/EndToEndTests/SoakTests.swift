// SPDX-License-Identifier: Apache-2.0

import Curl
import Foundation
import JSON
import PyYAML
import Simulator
import Testing
import Values

/// The executable for thousands of cycles, against a simulator of its own whose clouds are in trouble all the time: it
/// holds no more in the end than in the beginning, and once all is well its records are true. `make soak`.
@Suite(.surroundings) struct SoakTests {
    static let cycles = ProcessInfo.processInfo.environment["VIMWATCH_SOAK"].flatMap { Int($0) }

    /// Of the simulator.
    private static let (clouds, servers) = (8, 25)

    /// As quick as the settings allow; who failed is asked again at once. Held deletions would wait for an operator.
    private static let settings = [
        "--poll-interval", "1", "--poll-backoff", "0.1", "--poll-backoff-max", "1", "--poll-backoff-auth-max", "1",
        "--poll-account-timeout", "10", "--http-connect-timeout", "2", "--http-stall-timeout", "2",
        "--http-request-timeout", "5", "--http-keep-alive", "5", "--http-ports-page-size", "20",
        "--deletion-hold", "false", "--status-port", "0",
    ]

    @Test(.enabled(if: SoakTests.cycles != nil, "by make soak"))
    func whatItHoldsDoesNotGrow() async throws {
        let cycles = try #require(Self.cycles)
        // Below the ports that systems give away: while it refuses connections nobody else may come to listen there.
        let simulator = try Program([
            "simulate", "--vims", "\(Self.clouds)", "--vms", "\(Self.servers)", "--max-limit", "10",
            "--port", "\(Int.random(in: 20_000...29_999))",
        ])
        try await eventually("the simulator serves") {
            try #require(simulator.errors == "")
            return simulator.output.contains("control at")
        }
        let url = String(try #require(simulator.output.firstMatch(of: /control at (http:\S+)\/control/)).output.1)
        try await TestDatabase.with(Self.documents(url)) { database in
            let service = try Program(["run"] + database.flags(status: true) + Self.settings)
            try await eventually("the service serves its page") { service.errors.contains("status pages at") }
            let pages = String(try #require(service.errors.firstMatch(of: /status pages at (http:\S+)/)).output.1)
            _ = try await wellCycle(after: 10, pages)
            let before = try SoakSamples.Sample(process: service.id)

            let samples = try await trouble(until: cycles, simulator: url, pages, service, database)
            try await control { try await HTTP.delete("\(url)/control/faults") }
            let last = try await wellCycle(after: cycles, pages)
            try await eventually("it holds no more than before the trouble") {
                let after = try SoakSamples.Sample(process: service.id)
                return after.descriptors <= before.descriptors + 2 && after.threads <= before.threads + 2
            }
            say("\(samples.table)\n\(try await totals(url, pages)), \(last) cycles in all")
            #expect(samples.growth == [])

            #expect(simulator.errors == "")
            service.send(SIGTERM)
            #expect(try await service.outcome().status == 0)
            let check = try await Program.run(
                database.once + ["--dry-run", "--output", "json", "--deletion-hold", "false"])
            #expect(check.status == 0, "\(check)")
            let summary = try JSON.parse(Array(check.output.utf8))
            #expect(summary["vdus_written"]?.isEqualInPython(to: 0) == true, "\(summary)")
        }
    }

    private func trouble(
        until end: Int, simulator: String, _ pages: String, _ service: Program, _ database: TestDatabase
    ) async throws -> SoakSamples {
        var samples = SoakSamples()
        var trouble = SoakTrouble(clouds: (1...Self.clouds).map { "vim-\($0)" })
        var cycle = try await lastCycle(pages)["cycle"].map(number) ?? 0
        while cycle < end {
            for order in trouble.draw() {
                switch order {
                case .post(let path, let body):
                    let text = String(decoding: JSON.serialize(body), as: UTF8.self)
                    try await control { try await HTTP.post("\(simulator)/control/\(path)", text) }
                case .delete(let path): try await control { try await HTTP.delete("\(simulator)/control/\(path)") }
                case .edit(let account, let number):
                    let update: Value = [
                        "q": ["name": .string(account)], "u": ["$set": ["description": .int32(Int32(number))]],
                    ]
                    try await database.run(["update": "vim_accounts", "updates": [update]])
                }
            }
            let current = cycle
            try await eventually("another cycle") {
                cycle = try await lastCycle(pages)["cycle"].map(number) ?? 0
                return cycle > current
            }
            samples.add(try SoakSamples.Sample(process: service.id), cycle: cycle)
        }
        return samples
    }

    /// Once the simulator, which may be refusing connections, takes it.
    private func control(_ order: () async throws -> HTTPResponse) async throws {
        try await eventually("the simulator takes orders") {
            do throws(any Error) {
                let answer = try await order()
                #expect(answer.status < 300, "\(String(decoding: answer.body, as: UTF8.self))")
                return true
            } catch is HTTPError {
                return false
            }
        }
    }

    // MARK: What the programs say

    private func lastCycle(_ pages: String) async throws -> Value {
        try JSON.parse(try await HTTP.get("\(pages)/status").body)
    }

    /// The first cycle after so many in which all was well and there was nothing to write.
    private func wellCycle(after count: Int, _ pages: String) async throws -> Int {
        var cycle = 0
        try await eventually("all is well") {
            let last = try await lastCycle(pages)
            cycle = last["cycle"].map(number) ?? 0
            return cycle > count && last["all_well"]?.isIdentical(to: true) == true
                && last["vdus_written"]?.isEqualInPython(to: 0) == true
        }
        return cycle
    }

    /// How much really happened.
    private func totals(_ simulator: String, _ pages: String) async throws -> String {
        let control = try JSON.parse(try await HTTP.get("\(simulator)/control").body)
        let metrics = String(decoding: try await HTTP.get("\(pages)/metrics").body, as: UTF8.self)
        func sum(_ name: String) -> Int {
            metrics.matches(of: /\nvimwatch_(\w+)\S* (\d+)/).filter { $0.output.1 == name }
                .reduce(0) { $0 + (Int($1.output.2) ?? 0) }
        }
        let (findings, written) = (sum("findings_total"), sum("vdus_written_total"))
        #expect(findings > 0 && written > 2 * Self.clouds * Self.servers, "too little to show anything")
        return "\(control["requests"].map(number) ?? 0) requests, \(findings) findings, \(written) VDUs written, "
            + "\(sum("deletions_total")) deletions, \(sum("proofs_total")) proofs"
    }

    private func number(_ value: Value) -> Int {
        switch value {
        case .int32(let number): Int(number)
        case .int64(let number): Int(number)
        default: 0
        }
    }

    private func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

    /// The records of the simulator's clouds, out of date.
    private static func documents(_ url: String) -> [String: [Object]] {
        let clouds = (1...clouds).map { number in
            SimulatedCloud.generate(
                seed: 1 &+ UInt64(number), name: "vim-\(number)", servers: servers, portsPerServer: 2)
        }
        return OSMSeed.documents(for: clouds, baseURL: url, vdusPerVNF: 3, stale: true) { value in
            (try? PyYAML.dump(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }.collections
    }
}
