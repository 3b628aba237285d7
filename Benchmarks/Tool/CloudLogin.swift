// SPDX-License-Identifier: Apache-2.0

import Curl
import JSON
import Values

/// A token of a simulated cloud.
struct CloudLogin: Sendable {
    private let token: String
    private let body: [UInt8]

    static func send(to cloud: String, _ loop: CurlLoop) async throws -> CloudLogin {
        var login = HTTPRequest("POST", "\(cloud)/v3/auth/tokens")
        login.headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        login.body = Array(credentials.utf8)
        let answer = try await loop.send(login)
        guard let token = answer.header("X-Subject-Token") else {
            throw BenchError(description: "\(cloud): login failed with status \(answer.status)")
        }
        return CloudLogin(token: token, body: answer.body)
    }

    func project() throws -> String {
        guard let project = try JSON.parse(body)["token"]?["project"]?["id"]?.string else {
            throw BenchError(description: "a token that names no project")
        }
        return project
    }

    /// A request as the program sends it.
    func get(_ url: String) -> HTTPRequest {
        var request = HTTPRequest("GET", url)
        request.headers = [
            ("Accept", "application/json"), ("User-Agent", "vimwatch"), ("X-Auth-Token", token),
            ("OpenStack-API-Version", "compute 2.60"), ("X-OpenStack-Nova-API-Version", "2.60"),
        ]
        request.maxBodyBytes = 1 << 30
        request.gzip = true
        return request
    }

    private static let credentials = """
        {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "osm", "password": "secret",
        "domain": {"id": "default"}}}}, "scope": {"project": {"name": "osm", "domain": {"id": "default"}}}}}
        """
}
