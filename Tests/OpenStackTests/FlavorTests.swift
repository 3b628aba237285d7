// SPDX-License-Identifier: Apache-2.0

import OpenStack
import TestHTTP
import Testing

@Suite(.timeLimit(.minutes(20)))
struct FlavorTests {
    static let route = "GET /compute/v2.1/flavors"

    private func flavors(_ pairs: [(String, String)], next: String? = nil) -> TestReply {
        let items = pairs.map { #"{"id": "\#($0.0)", "name": "\#($0.1)", "links": []}"# }.joined(separator: ", ")
        let links = next.map { #", "flavors_links": [{"rel": "next", "href": "\#($0)"}]"# } ?? ""
        return .text(200, #"{"flavors": [\#(items)]\#(links)}"#)
    }

    private func reads(_ cloud: FakeCloud) -> Int { cloud.targets.count { $0.hasPrefix(Self.route) } }

    @Test func namesAreLookedUpInAllPagesOfOneList() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(
                Self.route,
                [
                    flavors([("1", "small"), ("2", "large")], next: "?marker=2"),
                    flavors([("2", "large"), ("3", "large"), ("4", "caf\u{E9}")]),
                ])
            let vim = try cloud.connect()
            #expect(try await vim.flavorIDs(named: "small") == ["1"])
            #expect(try await vim.flavorIDs(named: "large") == ["2", "3"])
            #expect(try await vim.flavorIDs(named: "caf\u{E9}") == ["4"])
            #expect(reads(cloud) == 2)
            // Names are compared by code point.
            #expect(try await vim.flavorIDs(named: "cafe\u{301}") == [])
            #expect(reads(cloud) == 2)
        }
    }

    @Test func anUnknownNameReadsAgainOncePerCycle() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(Self.route, [flavors([("1", "a")]), flavors([("1", "a"), ("2", "b")])])
            let vim = try cloud.connect()
            #expect(try await vim.flavorIDs(named: "a") == ["1"])
            #expect(try await vim.flavorIDs(named: "b") == [])
            #expect(reads(cloud) == 1)
            await vim.beginCycle()
            #expect(try await vim.flavorIDs(named: "b") == ["2"])
            #expect(try await vim.flavorIDs(named: "c") == [])
            #expect(try await vim.flavorIDs(named: "d") == [])
            #expect(reads(cloud) == 2)
        }
    }

    @Test func theListIsReadAgainAfterAnHour() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(Self.route, [flavors([("1", "a")]), flavors([("2", "a")])])
            let vim = try cloud.connect()
            #expect(try await vim.flavorIDs(named: "a") == ["1"])
            cloud.advance(3599)
            #expect(try await vim.flavorIDs(named: "a") == ["1"])
            cloud.advance(2)
            #expect(try await vim.flavorIDs(named: "a") == ["2"])
        }
    }

    @Test func aFailureIsNotAnEmptyListAndIsNotRepeatedWithinTheCycle() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(Self.route, [.text(500, "{}"), flavors([("1", "a")]), .text(500, "{}")])
            let vim = try cloud.connect()
            for name in ["a", "b"] {
                let error = try await vimError { () async throws(VIMError) in try await vim.flavorIDs(named: name) }
                #expect(error.code == .http(500))
            }
            #expect(reads(cloud) == 1)
            await vim.beginCycle()
            #expect(try await vim.flavorIDs(named: "a") == ["1"])
            await vim.beginCycle()
            #expect(try await vim.flavorIDs(named: "a") == ["1"])
            let error = try await vimError { () async throws(VIMError) in try await vim.flavorIDs(named: "z") }
            #expect(error.code == .http(500))
            #expect(try await vim.flavorIDs(named: "a") == ["1"])
        }
    }

    @Test func manyAtOnceReadOnce() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(Self.route, [flavors([("1", "a")])])
            let vim = try cloud.connect()
            try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<20 { group.addTask { try await vim.flavorIDs(named: "a") } }
                for try await ids in group { #expect(ids == ["1"]) }
            }
            #expect(reads(cloud) == 1)
        }
    }
}
