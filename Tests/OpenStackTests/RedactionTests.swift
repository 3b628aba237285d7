// SPDX-License-Identifier: Apache-2.0

import OpenStack
import Support
import TestHTTP
import Testing

@Suite(.timeLimit(.minutes(20)))
struct RedactionTests {
    /// Servers that echo what they were sent, in every way they can.
    /// A text is shortened after its secrets are gone: half a password is no longer recognised.
    @Test(arguments: Array(stride(from: 280, to: 420, by: 5)))
    func noErrorHoldsHalfASecret(offset: Int) async throws {
        try await withCloud { (cloud) async throws in
            let text = String(repeating: "x", count: offset) + "geheimnisvoll"
            cloud.on("GET /compute/v2.1/servers/x") { _ in .text(500, text) }
            cloud.on("GET /compute/v2.1/servers/detail") { _ in .text(200, text) }
            let vim = try cloud.connect { $0.password = Secret("geheimnisvoll") }
            for error in [
                try await vimError { () async throws(VIMError) in try await vim.server(id: "x") },
                try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) },
            ] {
                #expect(!error.reason.contains("geh"), "\(error)")
            }
        }
    }

    @Test(arguments: ["s3cret!pass", "quote\"back\\slash", "umläut & more", "xyz"])
    func noErrorHoldsASecret(password: String) async throws {
        try await withCloud { (cloud) async throws in
            let echo: FakeCloud.Route = { request in
                let headers = request.headers.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
                let text = String(decoding: request.body, as: UTF8.self)
                return request.target.contains("html")
                    ? .text(500, "<html>\(headers) \(text) \(password)</html>")
                    : .text(request.method == "POST" ? 401 : 404, "\(headers) \(text) \(password) \(request.target)")
            }
            var errors: [VIMError] = []
            cloud.on("POST /identity/v3/auth/tokens", echo)
            cloud.on("POST /html/v3/auth/tokens", echo)
            for path in ["/identity/v3", "/html/v3"] {
                let vim = try cloud.connect {
                    $0.password = Secret(password)
                    $0.url =
                        "http://someone:\(password == "xyz" ? "xyz" : "hidden")@127.0.0.1:\(cloud.server.port)\(path)"
                }
                errors.append(try await vimError { () async throws(VIMError) in try await vim.identity() })
            }
            cloud.on("POST /identity/v3/auth/tokens") { [now = cloud.now, url = cloud.url] _ in
                FakeCloud.token(
                    "tok-\(password.utf8.count)-en", catalogue: FakeCloud.catalogue(url), issued: now(),
                    expires: now() + 3600)
            }
            cloud.on("GET /compute/v2.1/servers/html", echo)
            cloud.on("GET /compute/v2.1/servers/x", echo)
            cloud.on("GET /compute/v2.1/servers/detail") {
                .text(200, "token \($0.header("X-Auth-Token") ?? "") \(password)")
            }
            let vim = try cloud.connect { $0.password = Secret(password) }
            errors.append(try await vimError { () async throws(VIMError) in try await vim.server(id: "html") })
            errors.append(try await vimError { () async throws(VIMError) in try await vim.server(id: "x") })
            errors.append(try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) })
            #expect(errors.count == 5)
            for error in errors {
                var dumped = ""
                dump(error, to: &dumped)
                for text in [error.description, error.reason, error.attempted, "\(error)", dumped] {
                    for secret in [password, "hidden", "tok-\(password.utf8.count)-en", #"quote\"back"#] {
                        #expect(!text.contains(secret), "\(text)")
                    }
                }
                #expect(error.reason.contains("<redacted>"), "\(error)")
            }
        }
    }
}
