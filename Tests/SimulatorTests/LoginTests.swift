// SPDX-License-Identifier: Apache-2.0

import Simulator
import Support
import Testing
import Values

/// Who is let in, as whom, for how long, and what changes it.
@Suite struct LoginTests {
    let cloud: SimulatedCloud

    init() {
        var settings = CloudSettings()
        settings.userDomain = .init(id: "users-id", name: "Users")
        settings.projectDomain = .init(id: "projects-id", name: "Projects")
        cloud = SimulatedCloud.generate(seed: 22, name: "l", servers: 2, settings: settings)
    }

    private func login(_ client: RawClient, _ identity: String, scope: String? = nil) async throws -> RawResponse {
        let scope = scope.map { ", \"scope\": \($0)" } ?? ""
        return try await client.post("/v/l/v3/auth/tokens", #"{"auth": {"identity": \#(identity)\#(scope)}}"#)
    }

    private func password(_ user: String, _ password: String = "secret") -> String {
        #"{"methods": ["password"], "password": {"user": {\#(user), "password": "\#(password)"}}}"#
    }

    private func credential(_ members: String) -> String {
        """
        {"methods": ["application_credential"], "application_credential": {\(members), "secret": "vimwatch-secret"}}
        """
    }

    private let user = #""name": "osm", "domain": {"id": "users-id"}"#

    @Test(arguments: [
        (#""name": "osm", "domain": {"name": "Users"}"#, 201), (#""name": "osm", "domain": {"id": "users-id"}"#, 201),
        (#""name": "osm", "domain": {"id": "default"}"#, 401), (#""name": "osm", "domain": {"name": "Default"}"#, 401),
        (#""name": "other", "domain": {"id": "users-id"}"#, 401), (#""id": "wrong""#, 401), (#""id": "USER""#, 201),
    ])
    func users(_ user: String, status: Int) async throws {
        try await withServer(cloud) { _, client in
            let user = user.split(separator: "USER").joined(separator: cloud.userID)
            let answer = try await login(client, password(user))
            #expect(answer.status == status)
        }
    }

    @Test(arguments: [
        (#"{"project": {"name": "osm", "domain": {"name": "Projects"}}}"#, 201),
        (#"{"project": {"name": "osm", "domain": {"id": "projects-id"}}}"#, 201),
        (#"{"project": {"name": "osm", "domain": {"id": "users-id"}}}"#, 401),
        (#"{"project": {"name": "elsewhere", "domain": {"id": "projects-id"}}}"#, 401),
        (#"{"project": {"id": "PROJECT"}}"#, 201), (#"{"project": {"id": "wrong"}}"#, 401),
        (#"{"OS-TRUST:trust": {"id": "vimwatch-trust"}}"#, 201), (#"{"OS-TRUST:trust": {"id": "broken"}}"#, 404),
    ])
    func scopes(_ scope: String, status: Int) async throws {
        try await withServer(cloud) { _, client in
            let scope = scope.split(separator: "PROJECT").joined(separator: cloud.projectID)
            let answer = try await login(client, password(user), scope: scope)
            #expect(answer.status == status)
            #expect(try answer.json()["token"]?["project"]?["id"]?.string == (status == 201 ? cloud.projectID : nil))
        }
    }

    @Test(arguments: [
        (#""id": "vimwatch-credential""#, 201), (#""id": "vimwatch""#, 401),
        (#""name": "vimwatch", "user": {"name": "osm", "domain": {"id": "users-id"}}"#, 201),
        (#""name": "vimwatch", "user": {"name": "osm", "domain": {"id": "default"}}"#, 401),
        (#""name": "vimwatch", "user": {"id": "USER"}"#, 201), (#""name": "vimwatch""#, 401),
        (#""name": "vimwatch-credential", "user": {"id": "USER"}"#, 401),
    ])
    func applicationCredentials(_ members: String, status: Int) async throws {
        try await withServer(cloud) { _, client in
            let members = members.split(separator: "USER").joined(separator: cloud.userID)
            let answer = try await login(client, credential(members))
            #expect(answer.status == status)
            #expect(try answer.json()["token"]?["project"]?["id"]?.string == (status == 201 ? cloud.projectID : nil))
        }
    }

    @Test func passwordIsChanged() async throws {
        try await withServer(cloud) { _, client in
            let changed = try await client.post("/control/l/settings", #"{"password": "new", "token-lifetime": 60}"#)
            #expect(changed.status == 200 && cloud.settings.tokenLifetime == 60)
            #expect(try await login(client, password(user)).status == 401)
            #expect(try await login(client, password(user, "new")).status == 201)
        }
    }

    /// A project of the same name that was made anew: its tokens see nothing of what the old one has.
    @Test func projectIsAnotherOne() async throws {
        let scope = #"{"project": {"name": "osm", "domain": {"id": "projects-id"}}}"#
        try await withServer(cloud) { _, client in
            _ = try await client.post("/control/l/settings", #"{"new-project-id": "another"}"#)
            let answer = try await login(client, password(user), scope: scope)
            #expect(try answer.json()["token"]?["project"]?["id"]?.string == "another")
            let token = [("X-Auth-Token", try #require(answer.headers["x-subject-token"]))]
            for (path, key) in [("compute/v2.1/servers/detail", "servers"), ("network/v2.0/ports", "ports")] {
                #expect(try await client.send("/v/l/\(path)", headers: token).json()[key]?.array?.isEmpty == true)
            }
            let id = Value.array(cloud.servers).ids[0]
            let server = try await client.send("/v/l/compute/v2.1/servers/\(id)", headers: token)
            #expect(try server.status == 404 && server.json()["itemNotFound"] != nil)
            let flavors = try await client.send("/v/l/compute/v2.1/flavors", headers: token)
            #expect(try flavors.json()["flavors"]?.array?.isEmpty == false)
            _ = try await client.post("/control/l/settings", #"{"new-project-id": null}"#)
            #expect(try await client.send("/v/l/compute/v2.1/servers/\(id)", headers: token).status == 404)
            let again = try await login(client, password(user), scope: scope)
            let old = [("X-Auth-Token", try #require(again.headers["x-subject-token"]))]
            #expect(try await client.send("/v/l/compute/v2.1/servers/\(id)", headers: old).status == 200)
        }
    }

    @Test func clocksAndLifetimes() async throws {
        let time = Locked(1_800_000_000.0)
        let configuration = SimulatorServer.Configuration(now: { time.withLock { $0 } })
        try await withServer(cloud, configuration: configuration) { _, client in
            let settings = #"{"token-lifetime": 60, "clock-skew": -3600, "shown-token-lifetime": 7200}"#
            #expect(try await client.post("/control/l/settings", settings).status == 200)
            let answer = try await login(
                client, password(user), scope: #"{"project": {"id": "\#(cloud.projectID)"}}"#)
            let token = try answer.json()["token"]
            #expect(token?["issued_at"]?.string == "2027-01-15T07:00:00.000000Z")
            #expect(token?["expires_at"]?.string == "2027-01-15T09:00:00.000000Z")
            let header = [("X-Auth-Token", try #require(answer.headers["x-subject-token"]))]
            for (seconds, status) in [(59.0, 200), (2.0, 401)] {
                time.withLock { $0 += seconds }
                #expect(try await client.send("/v/l/network/v2.0/ports", headers: header).status == status)
            }
        }
    }

    @Test(arguments: [
        #"{"password": 7}"#, #"{"colour": "red"}"#, #"{"token-lifetime": "long"}"#, #"{"newest-microversion": 0}"#,
        #"{"user": "new", "nova-max-limit": -1}"#,
    ])
    func badSettings(_ body: String) async throws {
        try await withServer(cloud) { _, client in
            let answer = try await client.post("/control/l/settings", body)
            #expect(answer.status == 400)
            #expect(cloud.settings.user == "osm" && cloud.settings.tokenLifetime == 3600)
        }
    }
}
