// SPDX-License-Identifier: Apache-2.0

import JSON
import OpenStack
import Support
import TestHTTP
import Testing
import Values

@Suite(.timeLimit(.minutes(20)))
struct LoginTests {
    /// The body of the last login.
    private func body(_ cloud: FakeCloud) throws -> Value {
        try JSON.parse(#require(cloud.server.requests.last { $0.method == "POST" }).body)
    }

    private func identity(_ user: Value) -> Value { ["methods": ["password"], "password": ["user": user]] }

    @Test(
        arguments: [
            ([:], ["id": "default"], ["id": "default"]),
            (["project_domain_id": "p"], ["id": "default"], ["id": "p"]),
            (["project_domain_name": "P"], ["id": "default"], ["name": "P"]),
            (
                ["user_domain_name": "U", "project_domain_id": "p", "project_domain_name": "P"], ["name": "U"],
                ["id": "p"]
            ),
            (["user_domain_id": "u"], ["id": "u"], ["id": "default"]),
        ] as [(Object, Value, Value)])
    func domainsDefaultEachByItself(config: Object, user: Value, project: Value) async throws {
        try await withCloud { (cloud) async throws in
            _ = try await cloud.connect { $0.config = config }.identity()
            let expected: Value = [
                "auth": [
                    "identity": identity(["name": "myuser", "password": "pass\"word", "domain": user]),
                    "scope": ["project": ["name": "mytenant", "domain": project]],
                ]
            ]
            #expect(try body(cloud).isIdentical(to: expected))
        }
    }

    @Test func aProjectIDWinsAndNeedsNoDomain() async throws {
        try await withCloud { (cloud) async throws in
            _ = try await cloud.connect { $0.tenantID = "p1" }.identity()
            #expect(try body(cloud)["auth"]?["scope"]?.isIdentical(to: ["project": ["id": "p1"]]) == true)
        }
    }

    @Test func applicationCredentialsAndTrusts() async throws {
        try await withCloud { (cloud) async throws in
            _ = try await cloud.connect {
                $0.config = ["application_credential_id": "a", "application_credential_secret": "s3cret"]
                $0.tenantName = nil
                $0.user = ""
            }.identity()
            let byID: Value = [
                "auth": [
                    "identity": [
                        "methods": ["application_credential"],
                        "application_credential": ["id": "a", "secret": "s3cret"],
                    ]
                ]
            ]
            #expect(try body(cloud).isIdentical(to: byID))
            _ = try await cloud.connect {
                $0.config = ["application_credential_name": "n", "application_credential_secret": "s3cret"]
            }.identity()
            let named: Value = [
                "name": "n", "secret": "s3cret", "user": ["name": "myuser", "domain": ["id": "default"]],
            ]
            #expect(try body(cloud)["auth"]?["identity"]?["application_credential"]?.isIdentical(to: named) == true)
            #expect(try body(cloud)["auth"]?["scope"] == nil)
            _ = try await cloud.connect {
                $0.config = ["trust_id": "tr"]
                $0.tenantName = nil
            }.identity()
            #expect(try body(cloud)["auth"]?["scope"]?.isIdentical(to: ["OS-TRUST:trust": ["id": "tr"]]) == true)
        }
    }

    @Test(
        arguments: [
            (["user_id": "u9"], nil),
            (["user_id": "u9", "application_credential_name": "n", "application_credential_secret": "s3cret"], "n"),
        ] as [(Object, String?)])
    func aUserByIDNeedsNoDomain(config: Object, credential: String?) async throws {
        try await withCloud { (cloud) async throws in
            _ = try await cloud.connect {
                $0.config = config
                $0.user = ""
            }.identity()
            let identity = try body(cloud)["auth"]?["identity"]
            if credential == nil {
                let user: Value = ["id": "u9", "password": "pass\"word"]
                #expect(identity?["password"]?["user"]?.isIdentical(to: user) == true)
            } else {
                #expect(identity?["application_credential"]?["user"]?.isIdentical(to: ["id": "u9"]) == true)
            }
        }
    }

    @Test func anApplicationCredentialNeedsVersionThree() async throws {
        try await withCloud { (cloud) async throws in
            let vim = try cloud.connect {
                $0.url = cloud.url + "/identity/v2.0"
                $0.config = ["application_credential_id": "a", "application_credential_secret": "s3cret"]
            }
            let error = try await vimError { () async throws(VIMError) in try await vim.identity() }
            #expect(error.code == .configuration && error.reason.contains("version 3"), "\(error)")
            #expect(cloud.server.requests.isEmpty)
        }
    }

    /// What OSM's connector knows, and this one has no use for, must not keep an account from being watched.
    @Test func theKeysOfTheOriginalAreAccepted() async throws {
        try await withCloud { (cloud) async throws in
            let vim = try cloud.connect {
                $0.config = [
                    "availability_zone": "nova", "security_groups": ["default"], "keypair": "k", "vim_type": "vio",
                    "dataplane_physical_net": "p", "dataplane_net_vlan_range": ["1-10"], "use_floating_ip": true,
                    "multisegment_vlan_range": ["1-10"], "use_existing_flavors": true, "APIversion": "v3.3",
                    "vlanless": 7, "anything": .null,
                ]
            }
            #expect(try await vim.identity().projectID == "project-1")
        }
    }

    @Test(arguments: ["/identity/v2.0", "/identity/v2.0/"])
    func versionTwo(path: String) async throws {
        try await withCloud { (cloud) async throws in
            let base = cloud.url
            cloud.on("POST /identity/v2.0/tokens") { _ in
                .text(
                    200,
                    """
                    {"access": {"token": {"id": "t2", "expires": "2099-01-01T00:00:00Z", "tenant": {"id": "p2"}},
                      "user": {"id": "u2"}, "serviceCatalog": [
                        {"type": "compute", "endpoints": [{"region": "R", "publicURL": "\(base)/compute/v2.1/",
                          "internalURL": "\(base)/inside", "adminURL": "\(base)/admin"}]},
                        {"type": "network", "endpoints": [{"region": "R", "publicURL": "\(base)/network/"}]}]}}
                    """)
            }
            let vim = try cloud.connect { $0.url = base + path }
            #expect(
                try await vim.identity()
                    == VIMIdentity(
                        userID: "u2", projectID: "p2", computeEndpoint: base + "/compute/v2.1", url: base + path))
            let expected: Value = [
                "auth": [
                    "tenantName": "mytenant", "passwordCredentials": ["username": "myuser", "password": "pass\"word"],
                ]
            ]
            #expect(try body(cloud).isIdentical(to: expected))
            _ = try await vim.listPorts(IDs())
            #expect(cloud.server.requests.last?.header("X-Auth-Token") == "t2")
            let inside = try cloud.connect {
                $0.url = base + path
                $0.tenantID = "tid"
                $0.config = ["use_internal_endpoint": true]
            }
            #expect(try await inside.identity().computeEndpoint == base + "/inside")
            #expect(try body(cloud)["auth"]?["tenantId"]?.string == "tid")
        }
    }

    @Test(
        arguments: [
            // What a root answers, the account's APIversion, and where the login goes.
            (300, #"{"versions": {"values": [{"id": "v3.14"}, {"id": "v2.0"}]}}"#, nil, "/identity/v3/auth/tokens"),
            (200, #"{"versions": [{"id": "v2.0"}, {"id": "v3.0"}]}"#, nil, "/identity/v3/auth/tokens"),
            (300, #"{"versions": {"values": [{"id": "v2.0"}]}}"#, nil, "/identity/v2.0/tokens"),
            (300, #"{"versions": {"values": [{"id": "v3.14"}]}}"#, "v3.3", "/identity/v3/auth/tokens"),
            (300, #"{"versions": {"values": [{"id": "v3.14"}]}}"#, "2", "/identity/v2.0/tokens"),
            (200, #"{"version": {"id": "v3.14"}}"#, nil, "/identity/auth/tokens"),
            (404, "<html>", nil, "/identity/tokens"), (200, "<html>", "3", "/identity/auth/tokens"),
            (200, #"{"versions": []}"#, nil, "/identity/tokens"),
        ] as [(Int, String, String?, String)])
    func anUnversionedURLIsDiscovered(status: Int, document: String, version: String?, target: String) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("GET /identity") { _ in .text(status, document) }
            let vim = try cloud.connect {
                $0.url = cloud.url + "/identity/"
                if let version { $0.config = ["APIversion": .string(version)] }
            }
            _ = try? await vim.identity()
            #expect(cloud.targets == ["GET /identity", "POST \(target)"])
        }
    }

    @Test func aDiscoveryIsKept() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("GET /identity") { _ in .text(300, #"{"versions": {"values": [{"id": "v3.14"}]}}"#) }
            let vim = try cloud.connect { $0.url = cloud.url + "/identity" }
            _ = try await vim.identity()
            cloud.advance(4000)
            _ = try await vim.identity()
            #expect(cloud.targets.count { $0 == "GET /identity" } == 1)
            #expect(cloud.logins == 2)
        }
    }

    @Test(arguments: [
        (
            401, #"{"error":{"code":401,"message":"The request you have made requires authentication."}}"#,
            VIMError.Code.authentication, "status 401: The request you have made requires authentication.", false
        ),
        (
            404, "<html><body>\n  Not   here</body>", .http(404),
            #"the body begins with "<html><body> Not here</body>""#, false
        ),
        (503, "", .http(503), "status 503: empty body", true), (201, "<html>", .notJSON, "<html>", true),
        (201, "", .notJSON, "empty body", true), (201, "{}", .malformed, "no token and user", true),
        (200, #"{"token": {"user": {"id": "#, .truncated, "ends too early", true),
    ])
    func failures(status: Int, body: String, code: VIMError.Code, text: String, retriable: Bool) async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("POST /identity/v3/auth/tokens") { _ in .text(status, body) }
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
            #expect(error.code == code, "\(error)")
            #expect(error.reason.contains(text), "\(error)")
            #expect(error.attempted == "POST \(cloud.url)/identity/v3/auth/tokens")
            #expect(error.isRetriable == retriable)
            #expect(cloud.targets == ["POST /identity/v3/auth/tokens"])
        }
    }

    @Test func redirectsAreNamedAndNotFollowed() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("POST /identity/v3/auth/tokens") { _ in
                .text(301, "", headers: [("Location", "https://u:p@other/v3/auth/tokens")])
            }
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await vim.identity() }
            #expect(error.code == .http(301))
            #expect(error.reason.contains("redirects to https://other/v3/auth/tokens are not followed"), "\(error)")
        }
    }

    @Test func aTokenOfNoProjectIsOfNoUse() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("POST /identity/v3/auth/tokens") { _ in
                .text(201, #"{"token": {"user": {"id": "u"}}}"#, headers: [("X-Subject-Token", "t")])
            }
            let vim = try cloud.connect()
            let error = try await vimError { () async throws(VIMError) in try await vim.identity() }
            #expect(error.code == .authentication)
            #expect(error.reason == "the token is not bound to a project")
        }
    }
}
