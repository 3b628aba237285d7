// SPDX-License-Identifier: Apache-2.0

import Curl

/// One request to a program under test.
enum HTTP {
    static func get(_ url: String, tls: HTTPRequest.TLS = .init()) async throws -> HTTPResponse {
        var request = HTTPRequest("GET", url)
        request.tls = tls
        return try await send(request)
    }

    static func head(_ url: String) async throws -> HTTPResponse { try await send(HTTPRequest("HEAD", url)) }

    static func delete(_ url: String) async throws -> HTTPResponse { try await send(HTTPRequest("DELETE", url)) }

    static func post(_ url: String, _ json: String, tls: HTTPRequest.TLS = .init()) async throws -> HTTPResponse {
        var request = HTTPRequest("POST", url)
        request.tls = tls
        request.headers = [("Content-Type", "application/json")]
        request.body = Array(json.utf8)
        return try await send(request)
    }

    private static func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let loop = try CurlLoop()
        let result: Result<HTTPResponse, any Error>
        do { result = .success(try await loop.send(request)) } catch { result = .failure(error) }
        await loop.shutdown()
        return try result.get()
    }
}
