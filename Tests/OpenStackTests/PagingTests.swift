// SPDX-License-Identifier: Apache-2.0

import Curl
import OpenStack
import Support
import TestHTTP
import Testing
import Values

@Suite(.timeLimit(.minutes(20)))
struct PagingTests {
    static let detail = "GET /compute/v2.1/servers/detail"
    static let ports = "GET /network/v2.0/ports"

    /// Pages that follow each other by marker; `link` makes the link from a query.
    private func serve(
        _ cloud: FakeCloud, _ route: String, _ key: String, _ pages: [[String]],
        link: @escaping @Sendable (String) -> String
    ) {
        cloud.on(route) { request in
            let number = request.query["marker"].flatMap { Int($0) } ?? 0
            return page(key, pages[number], next: number + 1 < pages.count ? link("limit=2&marker=\(number + 1)") : nil)
        }
    }

    @Test(arguments: [
        "$BASE/compute/v2.1/servers/detail?", "http://inside:8774/v2.1/servers/detail?",
        "https://inside/servers/detail/?",
        "/compute/v2.1/servers/detail?", "?", "http://u:p@evil.invalid/servers/detail?",
    ])
    func everyPageFromOurOwnEndpoint(prefix: String) async throws {
        try await withCloud { (cloud) async throws in
            let base = prefix.hasPrefix("$BASE") ? cloud.url + prefix.dropFirst(5) : prefix
            serve(cloud, Self.detail, "servers", [["a", "b"], ["c", "d"], ["e"]]) { base + $0 }
            let ids = IDs()
            let summary = try await cloud.connect().listServers(ids)
            #expect(ids.all == ["a", "b", "c", "d", "e"])
            #expect(summary.pages == 3 && summary.objects == 5 && summary.bytes > 0)
            #expect(ids.restarts == 0)
            let asked = ["", "?limit=2&marker=1", "?limit=2&marker=2"].map { Self.detail + $0 }
            #expect(Array(cloud.targets.dropFirst()) == asked)
        }
    }

    /// What a receiver knows counts as listed and is not given to it.
    @Test func knownObjectsAreNotReceived() async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud, Self.detail, "servers", [["a", "b"], ["c", "b"]]) { "?" + $0 }
            let ids = IDs(knowing: "b")
            #expect(try await cloud.connect().listServers(ids).objects == 4)
            #expect(ids.all == ["a", "c"])
        }
    }

    @Test func theLastPageMayBeEmpty() async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud, Self.detail, "servers", [["a", "b"], []]) { "?" + $0 }
            let ids = IDs()
            #expect(try await cloud.connect().listServers(ids).pages == 2)
            #expect(ids.all == ["a", "b"])
        }
    }

    @Test func theFirstRequest() async throws {
        try await withCloud { (cloud) async throws in
            let vim = try cloud.connect(
                { _ in },
                settings: {
                    $0.serverPageSize = 50
                    $0.portPageSize = 7
                })
            _ = try await vim.listServers(IDs())
            _ = try await vim.listPorts(IDs())
            vim.listPortsOfAllProjects(true)
            _ = try await vim.listPorts(IDs())
            let asked = [
                "\(Self.detail)?limit=50", "\(Self.ports)?project_id=project-1&limit=7", "\(Self.ports)?limit=7",
            ]
            #expect(Array(cloud.targets.dropFirst()) == asked)
            let requests = cloud.server.requests.dropFirst()
            #expect(requests.map { $0.header("OpenStack-API-Version") } == ["compute 2.60", nil, nil])
            #expect(requests.map { $0.header("X-OpenStack-Nova-API-Version") } == ["2.60", nil, nil])
        }
    }

    @Test func theCloudDecidesAboutTheSizeOfPages() async throws {
        try await withCloud { (cloud) async throws in
            let vim = try cloud.connect({ _ in }, settings: { $0.portPageSize = nil })
            _ = try await vim.listServers(IDs())
            _ = try await vim.listPorts(IDs())
            vim.listPortsOfAllProjects(true)
            _ = try await vim.listPorts(IDs())
            #expect(
                Array(cloud.targets.dropFirst()) == [Self.detail, "\(Self.ports)?project_id=project-1", Self.ports])
        }
    }

    @Test func aProbeAsksNovaAndNeutronForOneObjectEach() async throws {
        try await withCloud { (cloud) async throws in
            let (nova, neutron) = ("GET /compute/v2.1/servers/detail", "GET /network/v2.0/ports")
            cloud.on(nova, [.text(200, #"{"servers": []}"#), .text(503, "", headers: [("Retry-After", "9")])])
            cloud.on(neutron, [.text(200, #"{"ports": []}"#)])
            let vim = try cloud.connect()
            try await vim.probe()
            #expect(Array(cloud.targets.dropFirst()) == ["\(nova)?limit=1", "\(neutron)?limit=1"])
            let error = try await vimError { () async throws(VIMError) in try await vim.probe() }
            #expect(error.code == .http(503) && error.retryAfter == 9)
        }
    }

    @Test(
        arguments: [("2.79", "compute 2.79"), ("latest", "compute latest"), ("2", nil), ("2.0", nil)]
            as [(String, String?)])
    func microversions(version: String, header: String?) async throws {
        try await withCloud { (cloud) async throws in
            _ = try await cloud.connect { $0.config = ["microversion": .string(version)] }.listServers(IDs())
            #expect(cloud.server.requests.last?.header("OpenStack-API-Version") == header)
        }
    }

    @Test(arguments: [
        ("?marker=1", "came before"), ("?marker=1&x=2", "came before"),
        ("http://h/v2.1/servers/detail", "names no next page"),
        ("http://h/v2.1/servers?marker=9", "leads away"), ("http://h/elsewhere?marker=9", "leads away"),
        ("gopher://h/servers/detail?marker=9", "names no next page"),
        ("//h/servers/detail?marker=9", "names no next page"),
    ])
    func linksThatLeadNowhere(link: String, text: String) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(Self.detail, [page("servers", ["a"], next: "?marker=1"), page("servers", ["b"], next: link)])
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == .paging)
            #expect(error.reason.contains(text), "\(error)")
        }
    }

    @Test func pagesAreLimited() async throws {
        try await withCloud { (cloud) async throws in
            let number = Locked(0)
            cloud.on(Self.detail) { _ in
                let marker = number.withLock { number in
                    number += 1
                    return number
                }
                return page("servers", ["a"], next: "?marker=\(marker)")
            }
            let vim = try cloud.connect({ _ in }, settings: { $0.maxPages = 5 })
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == .paging && error.reason == "more than 5 pages")
            #expect(cloud.targets.count == 6)
        }
    }

    static let markerGone = [
        (400, #"{"badRequest": {"code": 400, "message": "marker [1] not found"}}"#, "servers"),
        (
            404, #"{"NeutronError": {"type": "PortNotFound", "message": "Port 1 could not be found.", "detail": ""}}"#,
            "ports"
        ),
    ]

    @Test(arguments: markerGone)
    func aMarkerThatIsGoneRestartsOnce(status: Int, body: String, key: String) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(
                key == "ports" ? Self.ports : Self.detail,
                [
                    page(key, ["a", "b"], next: "?marker=1"), .text(status, body),
                    page(key, ["a"], next: "?marker=1"), page(key, ["c"]),
                ])
            let ids = IDs()
            let vim = try cloud.connect()
            let summary = key == "ports" ? try await vim.listPorts(ids) : try await vim.listServers(ids)
            #expect(ids.all == ["a", "c"] && ids.restarts == 1)
            #expect(summary.pages == 2 && summary.objects == 2)
        }
    }

    @Test(arguments: markerGone)
    func aMarkerThatIsGoneTwiceIsAnError(status: Int, body: String, key: String) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(
                key == "ports" ? Self.ports : Self.detail,
                [
                    page(key, ["a"], next: "?marker=1"), .text(status, body), page(key, ["a"], next: "?marker=1"),
                    .text(status, body),
                ])
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in
                key == "ports" ? try await vim.listPorts(IDs()) : try await vim.listServers(IDs())
            }
            #expect(error.code == .paging && error.isRetriable)
            #expect(error.reason.contains("(twice during one listing)"), "\(error)")
        }
    }

    @Test(arguments: markerGone)
    func onTheFirstPageItIsAPlainError(status: Int, body: String, key: String) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(key == "ports" ? Self.ports : Self.detail, [.text(status, body)])
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in
                key == "ports" ? try await vim.listPorts(IDs()) : try await vim.listServers(IDs())
            }
            #expect(error.code == .http(status))
        }
    }

    /// A listing counts only if every page is what it should be.
    @Test(arguments: [
        (TestReply.text(200, ""), VIMError.Code.notJSON, "empty body"),
        (.text(200, "  "), .notJSON, "empty body"),
        (.text(200, "<html><title>Login</title>", type: "text/html"), .notJSON, "<html><title>Login</title>"),
        (.text(200, "upstream error"), .notJSON, "the body begins with \"upstream error\""),
        (.text(200, "{}"), .malformed, "no \"servers\""),
        (.text(200, #"{"servers": null}"#), .malformed, "not an array"),
        (.text(200, #"{"ports": []}"#), .malformed, "no \"servers\""),
        (.text(200, #"{"servers": [{"id": "x"}]"#), .truncated, "ends too early"),
        (.cut(#"{"servers": [{"id": "x"}]}"#, after: 20), .truncated, ""),
        (TestReply([.reset]), .unreachable, ""), (.text(204, ""), .http(204), ""),
        (.text(403, #"{"forbidden": {"code": 403, "message": "Policy"}}"#), .http(403), "status 403: Policy"),
        (
            .text(500, #"{"computeFault": {"code": 500, "message": "Unexpected"}}"#), .http(500),
            "status 500: Unexpected"
        ),
        (
            .text(503, #"{"message": "down", "code": "503 Service Unavailable", "title": "x"}"#), .http(503),
            "status 503: down"
        ),
        (
            .text(406, #"{"computeFault": {"code": 406, "message": "Version 2.999 is not supported by the API."}}"#),
            .microversion, "Version 2.999"
        ),
        (
            .text(400, #"{"badRequest": {"message": "API Version String 2.x is of invalid format."}}"#), .microversion,
            "2.x"
        ),
        (.text(300, #"{"choices": []}"#), .http(300), ""),
        (.text(409, #"{"conflictingRequest": {"code": 409, "message": "Busy"}}"#), .http(409), "status 409: Busy"),
        (.text(502, "<html><h1>Bad Gateway</h1>", type: "text/html"), .http(502), "status 502"),
        (.text(504, "", headers: [("Retry-After", "1")]), .http(504), "status 504"),
    ])
    func oneBadPageSpoilsTheListing(reply: TestReply, code: VIMError.Code, text: String) async throws {
        try await withCloud { (cloud) async throws in
            for pages in [[reply], [page("servers", ["a"], next: "?marker=1"), reply]] {
                cloud.on(Self.detail, pages)
                let vim = try cloud.connect()
                let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
                #expect(error.code == code, "\(error)")
                #expect(error.reason.contains(text), "\(error)")
                #expect(error.attempted.hasPrefix("GET \(cloud.url)/compute/v2.1/servers/detail"))
                #expect(error.account == "acc-1")
            }
        }
    }

    @Test(
        arguments: [
            ("17", nil, 17.0), ("Fri, 15 Jan 2027 08:01:00 GMT", nil, 60.0),
            ("Fri, 15 Jan 2021 08:01:00 GMT", nil, 0),
            // The server's clock is a year behind ours.
            ("Thu, 15 Jan 2026 08:01:00 GMT", "Thu, 15 Jan 2026 08:00:15 GMT", 45.0),
            ("-5", nil, nil), ("0x10", nil, nil), ("1e3", nil, nil), ("later", nil, nil), ("", nil, nil),
        ] as [(String, String?, Double?)])
    func theServerSaysHowLongToWait(header: String, date: String?, seconds: Double?) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(Self.detail) { _ in
                .text(429, "", headers: [("Retry-After", header)] + (date.map { [("Date", $0)] } ?? []))
            }
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == .http(429) && error.isRetriable)
            #expect(error.retryAfter == seconds)
        }
    }

    @Test func aReceiverThatThrowsEndsTheListing() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(Self.detail) { _ in page("servers", ["a", "b", "c"]) }
            let ids = IDs(refusingAfter: 1)
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(ids) }
            #expect(error.code == .rejectedByReceiver)
            #expect(ids.all == ["a", "b"])
        }
    }

    @Test func aPageThatIsTooLarge() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(Self.detail) { _ in page("servers", (0..<100).map(String.init)) }
            let vim = try cloud.connect({ _ in }, settings: { $0.maxPageBytes = 100 })
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == .tooLarge)
        }
    }

    @Test func aServerThatHangsEndsInATimeout() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(Self.detail) { _ in TestReply([.hang]) }
            let vim = try cloud.connect({ _ in }, settings: { $0.timeouts.whole = .milliseconds(200) })
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == .timeout && error.isRetriable)
        }
    }

    @Test func aListingCanBeCancelled() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on(Self.detail) { _ in TestReply([.hang]) }
            let vim = try cloud.connect()
            let code = await withTaskGroup(of: VIMError.Code?.self) { group in
                group.addTask {
                    do throws(VIMError) { _ = try await vim.listServers(IDs()) } catch { return error.code }
                    return nil
                }
                await cloud.server.arrival(of: 2)
                group.cancelAll()
                return await group.next().flatMap(\.self)
            }
            #expect(code == .cancelled)
        }
    }

    @Test func noMoreRequestsInFlightThanAllowed() async throws {
        try await withCloud { (cloud) async throws in
            let most = Locked(0)
            cloud.on("GET /compute/v2.1/servers/x") { [loop = cloud.loop] _ in
                let inFlight = loop.counters.inFlight
                most.withLock { $0 = max($0, inFlight) }
                return .text(200, #"{"server": {"id": "x"}}"#)
            }
            let vim = try cloud.connect({ _ in }, settings: { $0.requestsPerAccount = 2 })
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 { group.addTask { _ = try await vim.server(id: "x") } }
                try await group.waitForAll()
            }
            #expect(cloud.server.requests.count == 41)
            #expect((1...2).contains(most.withLock { $0 }))
        }
    }
}
