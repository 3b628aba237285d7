// SPDX-License-Identifier: Apache-2.0

import OpenStack
import TestHTTP
import Testing
import Values

@Suite(.timeLimit(.minutes(20)))
struct CatalogueTests {
    /// A cloud of two regions with public and internal endpoints; Nova without version, Neutron with and without.
    private func serve(_ cloud: FakeCloud) {
        let base = cloud.url
        func endpoints(_ name: String) -> Value {
            .array(
                ["R1", "R2"].flatMap { region in
                    ["admin", "internal", "public"].map { interface in
                        [
                            "interface": .string(interface), "region": .string(region),
                            "url": .string("\(base)/\(name)-\(region)-\(interface)"),
                        ]
                    }
                } + [
                    ["region": "R3", "interface": "public", "url": .string("\(base)/\(name)-R3/v2.0//")],
                    ["interface": "public"], "junk",
                ])
        }
        let catalogue: Value = [
            ["type": "identity", "endpoints": endpoints("id")], ["type": "compute", "endpoints": endpoints("nova")],
            ["type": "network", "endpoints": endpoints("neutron")], ["type": "empty"], "junk",
        ]
        cloud.on("POST /identity/v3/auth/tokens") { [now = cloud.now] _ in
            FakeCloud.token("t", catalogue: catalogue, issued: now(), expires: now() + 3600)
        }
    }

    @Test(
        arguments: [
            ([:], "/nova-R1-public", "/neutron-R1-public/v2.0"),
            (["use_internal_endpoint": true], "/nova-R1-internal", "/neutron-R1-internal/v2.0"),
            (["region_name": "R2"], "/nova-R2-public", "/neutron-R2-public/v2.0"),
            (["region_name": "R2", "use_internal_endpoint": 1], "/nova-R2-internal", "/neutron-R2-internal/v2.0"),
            (["region_name": "R3"], "/nova-R3/v2.0", "/neutron-R3/v2.0"),
        ] as [(Object, String, String)])
    func endpointsByInterfaceAndRegion(config: Object, compute: String, network: String) async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud)
            let vim = try cloud.connect { $0.config = config }
            #expect(try await vim.identity().computeEndpoint == cloud.url + compute)
            _ = try await vimError { () async throws(VIMError) in try await vim.port(id: "x") }
            #expect(cloud.targets.last == "GET \(network)/ports/x")
        }
    }

    @Test func endpointsOfTheAccountCountBeforeTheCatalogues() async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud)
            let vim = try cloud.connect {
                $0.config = [
                    "compute_endpoint_override": .string(cloud.url + "/mine/v2.1/"), "region_name": "none such",
                    "network_endpoint_override": .string(cloud.url + "/ours"),
                ]
            }
            #expect(try await vim.identity().computeEndpoint == cloud.url + "/mine/v2.1")
            _ = try await vimError { () async throws(VIMError) in try await vim.server(id: "x") }
            #expect(cloud.targets.last == "GET /mine/v2.1/servers/x")
            _ = try await vimError { () async throws(VIMError) in try await vim.port(id: "x") }
            #expect(cloud.targets.last == "GET /ours/v2.0/ports/x")
        }
    }

    @Test(
        arguments: [
            (300, #"{"versions": [{"id": "v2.0"}, {"id": "v2.1", "links": [{"href": "http://inside/"}]}]}"#, "/v2.1"),
            (200, #"{"versions": [{"id": "v2.0"}]}"#, "/v2"),
            (404, "no", ""), (200, "no", ""),
        ])
    func anUnversionedNovaIsAskedForItsVersionsOnce(status: Int, document: String, suffix: String) async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud)
            cloud.on("GET /nova-R1-public/") { _ in .text(status, document) }
            let vim = try cloud.connect()
            for id in ["x", "y"] {
                _ = try await vimError { () async throws(VIMError) in try await vim.server(id: id) }
            }
            #expect(
                cloud.targets.dropFirst() == [
                    "GET /nova-R1-public/", "GET /nova-R1-public\(suffix)/servers/x",
                    "GET /nova-R1-public\(suffix)/servers/y",
                ])
        }
    }

    @Test(arguments: [429, 500, 503])
    func aNovaThatCannotSayItsVersionsIsAskedAgain(status: Int) async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud)
            let later = "Fri, 15 Jan 2027 08:00:30 GMT"
            cloud.on("GET /nova-R1-public/") { _ in .text(status, "", headers: [("Retry-After", later)]) }
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await vim.server(id: "x") }
            #expect(error.code == .http(status))
            #expect(error.retryAfter == 30)
            cloud.on("GET /nova-R1-public/") { _ in .text(200, #"{"versions": [{"id": "v2.1"}]}"#) }
            _ = try await vimError { () async throws(VIMError) in try await vim.server(id: "x") }
            #expect(cloud.targets.last == "GET /nova-R1-public/v2.1/servers/x")
        }
    }

    @Test(
        arguments: [
            (["OpenStack-API-Version": "compute 2.60"], nil), ([:], nil),
            (["OpenStack-API-Version": "placement 1.1, compute 2.60"], nil),
            (["OpenStack-API-Version": "compute 2.1"], "2.1"), (["X-OpenStack-Nova-API-Version": "2.53"], "2.53"),
        ] as [([String: String], String?)])
    func anAnswerInAnotherMicroversionDoesNotCount(headers: [String: String], other: String?) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("GET /compute/v2.1/servers/detail") { _ in
                .body(200, Array(#"{"servers": []}"#.utf8), headers: headers.map { ($0.key, $0.value) })
            }
            let vim = try cloud.connect()
            guard let other else {
                #expect(try await vim.listServers(IDs()).objects == 0)
                return
            }
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == .microversion && !error.isRetriable)
            #expect(error.reason == "asked for version 2.60, answered in \"\(other)\"")
        }
    }

    @Test func aMicroversionThatNovaHasNotIsNamed() async throws {
        try await withCloud { (cloud) async throws in
            let text = "Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.93."
            for path in ["/compute/v2.1/servers/detail", "/network/v2.0/ports"] {
                cloud.on("GET \(path)") { _ in
                    .text(406, #"{"computeFault": {"code": 406, "message": "\#(text)"}}"#)
                }
            }
            let vim = try cloud.connect { $0.config = ["microversion": "2.999"] }
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == .microversion && !error.isRetriable)
            #expect(error.reason.contains(text) && error.reason.contains("config.microversion"), "\(error)")
            let other = try await vimError { () async throws(VIMError) in try await vim.listPorts(IDs()) }
            #expect(other.code == .http(406))
        }
    }

    @Test(arguments: [0, 600])
    func aMicroversionThatNovaCannotReadIsOneToo(before: Int) async throws {
        try await withCloud { (cloud) async throws in
            let text = String(repeating: "…", count: before) + "API Version String 2.60 is of invalid format."
            cloud.on("GET /compute/v2.1/servers/detail") { _ in
                .text(400, #"{"badRequest": {"code": 400, "message": "\#(text)"}}"#)
            }
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == .microversion && !error.isRetriable)
        }
    }

    @Test func whatIsMissingIsSaidWithWhatThereIs() async throws {
        try await withCloud { (cloud) async throws in
            serve(cloud)
            let vim = try cloud.connect { $0.config = ["region_name": "R3", "use_internal_endpoint": true] }
            let error = try await vimError { () async throws(VIMError) in try await vim.identity() }
            #expect(error.code == .noEndpoint && !error.isRetriable)
            #expect(
                error.reason.hasPrefix(
                    "no internal compute endpoint in region R3; the catalogue has compute (admin R1, "), "\(error)")
            #expect(
                error.reason.contains(
                    "network (admin R1, internal R1, public R1, admin R2, internal R2, public R2, public R3)"))
        }
    }

    @Test(
        arguments: [
            ([], "the catalogue has nothing"),
            ([FakeCloud.service("compute", "relative/url")], "not an http or https URL"),
        ] as [(Value, String)])
    func aCatalogueOfNoUse(catalogue: Value, text: String) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("POST /identity/v3/auth/tokens") { [now = cloud.now] _ in
                FakeCloud.token("t", catalogue: catalogue, issued: now(), expires: now() + 3600)
            }
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == .noEndpoint)
            #expect(error.reason.contains(text), "\(error)")
        }
    }
}
