// SPDX-License-Identifier: Apache-2.0

import Simulator
import Support
import Testing
import Values

@Suite struct KeystoneTests {
    let cloud = SimulatedCloud.generate(seed: 21, name: "k", servers: 2)

    @Test func versions() async throws {
        try await withServer(cloud) { _, client in
            let base = "http://127.0.0.1:\(client.port)/v/k"
            let root = try await client.send("/v/k")
            #expect(root.status == 300 && root.headers["location"] == "\(base)/v3/")
            #expect(try root.json()["versions"]?["values"]?.ids == ["v3.14", "v2.0"])
            for path in ["/v/k/v3", "/v/k/v3/"] {
                let v3 = try await client.send(path)
                #expect(v3.status == 200)
                #expect(try v3.json()["version"]?["links"]?[0]?["href"]?.string == "\(base)/v3/")
                #expect(try v3.json()["version"]?.keys == ["id", "status", "updated", "links", "media-types"])
            }
            #expect(try await client.send("/v/k/v2.0").json()["version"]?["id"]?.string == "v2.0")
            let nova = try await client.send("/v/k/compute/v2.1/").json()["version"]
            #expect(nova?.keys == ["id", "status", "version", "min_version", "updated", "links", "media-types"])
            #expect(nova?["version"]?.string == "2.93")
            #expect(try await client.send("/v/k/network/").json()["versions"]?.ids == ["v2.0"])
        }
    }

    @Test func login() async throws {
        try await withServer(cloud) { server, client in
            let answer = try await client.post("/v/k/v3/auth/tokens", RawClient.login(cloud))
            #expect(answer.status == 201)
            let token = try #require(try answer.json()["token"])
            #expect(
                token.keys == [
                    "methods", "user", "audit_ids", "expires_at", "issued_at", "project", "is_domain", "roles",
                    "catalog",
                ])
            #expect(token["project"]?["id"]?.string == cloud.projectID)
            let catalog = try #require(token["catalog"]?.array)
            #expect(catalog.compactMap { $0["type"]?.string } == ["network", "compute", "identity"])
            for service in catalog {
                let endpoints = try #require(service["endpoints"]?.array)
                #expect(Set(endpoints.compactMap { $0["interface"]?.string }) == ["admin", "public", "internal"])
                #expect(endpoints.allSatisfy { $0.keys == ["id", "interface", "region_id", "url", "region"] })
            }
            #expect(
                catalog[1]["endpoints"]?[0]?["url"]?.string
                    == "http://127.0.0.1:\(client.port)/v/k/compute/v2.1")
            let short = try await client.post("/v/k/v3/auth/tokens?nocatalog", RawClient.login(cloud))
            #expect(try short.json()["token"]?["catalog"] == nil)
            #expect(short.headers["x-subject-token"] != answer.headers["x-subject-token"])
            #expect(server.counters.requests(.token, of: "k") == 2)
        }
    }

    @Test(
        arguments: [
            ("wrong", nil), (nil, "elsewhere"),
        ] as [(String?, String?)])
    func refusal(password: String?, project: String?) async throws {
        try await withServer(cloud) { _, client in
            let answer = try await client.post(
                "/v/k/v3/auth/tokens", RawClient.login(cloud, password: password, project: project))
            #expect(answer.status == 401 && answer.headers["x-subject-token"] == nil)
            #expect(
                answer.headers["www-authenticate"]
                    == "Keystone uri=\"http://127.0.0.1:\(client.port)/v/k/v3\"")
            #expect(
                try answer.json().isIdentical(to: [
                    "error": [
                        "code": 401, "message": "The request you have made requires authentication.",
                        "title": "Unauthorized",
                    ]
                ]))
        }
    }

    @Test func otherLogins() async throws {
        try await withServer(cloud) { _, client in
            func post(_ path: String, _ body: String) async throws -> RawResponse {
                try await client.post("/v/k/\(path)", body)
            }
            let credential = """
                {"auth": {"identity": {"methods": ["application_credential"], "application_credential": \
                {"id": "vimwatch-credential", "secret": "SECRET"}}}}
                """
            let secret = credential.split(separator: "SECRET").joined(separator: "vimwatch-secret")
            #expect(try await post("v3/auth/tokens", secret).json()["token"]?["catalog"] != nil)
            #expect(try await post("v3/auth/tokens", credential).status == 401)
            let unscoped = try await post(
                "v3/auth/tokens",
                """
                {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "osm", \
                "password": "secret"}}}}}
                """)
            #expect(
                try unscoped.json()["token"]?.keys
                    == ["methods", "user", "audit_ids", "expires_at", "issued_at"])
            for body in ["", "{}", "nonsense", #"{"auth": {}}"#] {
                #expect(try await post("v3/auth/tokens", body).status == 400)
                #expect(try await post("v2.0/tokens", body).status == 400)
            }
            #expect(try await client.send("/v/k/v3/auth/tokens").status == 405)
            #expect(try await client.send("/v/k/v3/users").status == 404)
            #expect(try await client.send("/v/nobody/v3").status == 404)
            #expect(try await client.send("/elsewhere").status == 404)
        }
    }

    @Test func oldLogin() async throws {
        try await withServer(cloud) { _, client in
            func post(_ tenant: String) async throws -> RawResponse {
                try await client.post(
                    "/v/k/v2.0/tokens",
                    """
                    {"auth": {"tenantName": "\(tenant)", "passwordCredentials": {"username": "osm", \
                    "password": "secret"}}}
                    """)
            }
            let access = try #require(try await post("osm").json()["access"])
            let token = try #require(access["token"]?["id"]?.string)
            let urls = access["serviceCatalog"]?.array?.compactMap { $0["endpoints"]?[0]?["publicURL"]?.string }
            #expect(urls?[0] == "http://127.0.0.1:\(client.port)/v/k/network")
            let ports = try await client.send("/v/k/network/v2.0/ports", headers: [("X-Auth-Token", token)])
            #expect(try ports.json()["ports"]?.array?.count == 4)
            #expect(try await post("other").status == 401)
        }
    }

    @Test func tokensExpireAndAreRevoked() async throws {
        let time = Locked(1_767_225_600.5)
        let configuration = SimulatorServer.Configuration(now: { time.withLock { $0 } })
        try await withServer(cloud, configuration: configuration) { _, client in
            let paths = [
                "/v/k/compute/v2.1/servers/detail", "/v/k/network/v2.0/ports", "/v/k/network/v2.0/",
                "/v/k/compute/v2.1/flavors",
            ]
            func statuses(_ token: String?) async throws -> Set<Int?> {
                var statuses: Set<Int?> = []
                for path in paths {
                    let headers = token.map { [("X-Auth-Token", $0)] } ?? []
                    statuses.insert(try await client.send(path, headers: headers).status)
                }
                return statuses
            }
            let answer = try await client.post("/v/k/v3/auth/tokens", RawClient.login(cloud))
            #expect(try answer.json()["token"]?["issued_at"]?.string == "2026-01-01T00:00:00.000000Z")
            #expect(try answer.json()["token"]?["expires_at"]?.string == "2026-01-01T01:00:00.000000Z")
            let token = try #require(answer.headers["x-subject-token"])
            #expect(try await statuses(token) == [200])
            #expect(try await statuses(nil) == [401])
            #expect(try await statuses("made up") == [401])
            time.withLock { $0 += 3599 }
            #expect(try await statuses(token) == [200])
            time.withLock { $0 += 1 }
            #expect(try await statuses(token) == [401])
            let second = try await client.token(cloud)
            #expect(try await statuses(second) == [200])
            cloud.revokeTokens()
            #expect(try await statuses(second) == [401])
        }
    }

    /// Dates across leap days and before 1970, as tokens show them.
    @Test(arguments: [
        (951_782_400, "2000-02-29T00:00:00.000000Z"), (1_709_251_199, "2024-02-29T23:59:59.000000Z"),
        (4_107_542_400, "2100-03-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.000000Z"),
        (0, "1970-01-01T00:00:00.000000Z"), (1_795_361_130, "2026-11-22T15:25:30.000000Z"),
    ])
    func dates(seconds: Int, text: String) async throws {
        let configuration = SimulatorServer.Configuration(now: { Double(seconds) })
        try await withServer(cloud, configuration: configuration) { _, client in
            let answer = try await client.post("/v/k/v3/auth/tokens", RawClient.login(cloud))
            #expect(try answer.json()["token"]?["issued_at"]?.string == text)
        }
    }
}
