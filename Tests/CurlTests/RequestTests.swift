// SPDX-License-Identifier: Apache-2.0

import Curl
import Support
import TestHTTP
import Testing

@Suite(.timeLimit(.minutes(20)))
struct RequestTests {
    @Test func aGETIsHTTP11WithTheGivenHeadersAndNothingElseThatMatters() async throws {
        try await withServer { _ in
            .text(200, "hello", headers: [("X-Answer", "42"), ("Set-Cookie", "a"), ("Set-Cookie", "b")])
        } _: { (loop, server) async throws in
            let response = try await loop.send(
                get("\(server.url)/a%2Fb?c=d") {
                    $0.headers = [("X-Auth-Token", "t"), ("Accept", "application/json"), ("X-Empty", "")]
                })
            #expect(response.status == 200)
            #expect(response.header("x-ANSWER") == "42")
            #expect(response.header("X-None") == nil)
            #expect(response.headers.filter { $0.name == "Set-Cookie" }.map(\.value) == ["a", "b"])
            #expect(response.body == Array("hello".utf8))
            #expect(response.bytesReceived == 5)
            #expect(response.timeTotal >= response.timeToFirstByte)
            let request = try #require(server.requests.first)
            #expect(request.method == "GET")
            #expect(request.target == "/a%2Fb?c=d")
            #expect(
                request.headers.map { "\($0.name): \($0.value)" }.sorted() == [
                    "Accept: application/json", "Host: 127.0.0.1:\(server.port)", "X-Auth-Token: t", "X-Empty: ",
                ])
        }
    }

    @Test(arguments: [("POST", 3), ("PUT", 3), ("POST", 2_000_000), ("DELETE", 0)])
    func aBodyArrivesWhole(method: String, count: Int) async throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withServer { request in
            .body(201, request.body)
        } _: { (loop, server) async throws in
            var request = HTTPRequest(method, server.url + "/")
            request.proxy = ""
            request.body = count > 0 ? body : nil
            let response = try await loop.send(request)
            #expect(response.status == 201)
            #expect(response.body == body)
            #expect(server.requests.map(\.method) == [method])
            #expect(server.requests.first?.header("Expect") == nil)
        }
    }

    @Test func aHEADHasNoBody() async throws {
        try await withServer { _ in
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        } _: { (loop, server) async throws in
            var request = HTTPRequest("HEAD", server.url)
            request.proxy = ""
            let response = try await loop.send(request)
            #expect(response.body.isEmpty)
            #expect(response.header("content-length") == "100")
        }
    }

    @Test func dotSegmentsAreSentAsTheyAre() async throws {
        try await withServer { _ in
            .text(404, "")
        } _: { (loop, server) async throws in
            _ = try await loop.send(get("\(server.url)/servers/../flavors"))
            #expect(server.requests.first?.target == "/servers/../flavors")
        }
    }

    @Test func aProxyGetsTheWholeURL() async throws {
        try await withServer { _ in
            .text(200, "by proxy")
        } _: { (loop, server) async throws in
            let response = try await loop.send(get("http://cloud.invalid/x") { $0.proxy = server.url })
            #expect(response.body == Array("by proxy".utf8))
            #expect(server.requests.first?.target == "http://cloud.invalid/x")
        }
    }

    @Test(arguments: [
        "", "host/path", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://127.0.0.1/\0x", "http://h h/",
    ])
    func whatIsNoWebURLIsRefusedBeforeAnythingIsSent(url: String) async throws {
        try await withServer { _ in
            .text(200, "")
        } _: { (loop, _) async throws in
            let error = try await failure(loop, get(url))
            #expect(error.code.name == "badURL")
            #expect(!error.isRetriable)
        }
    }

    @Test(arguments: [("A", "1\r\nB: 2"), ("A\r\nB", "1"), ("A: 1\nB", "2"), ("", "x"), ("A", "\0"), ("A:B", "c")])
    func aHeaderThatWouldBecomeTwoIsRefused(name: String, value: String) async throws {
        try await withServer { _ in
            .text(200, "")
        } _: { (loop, server) async throws in
            let error = try await failure(loop, get(server.url) { $0.headers = [(name, value)] })
            #expect(error.code.name == "badHeader")
            #expect(server.requests.isEmpty)
        }
    }

    @Test func whatIsShownOfAURLHoldsNoSecrets() async throws {
        try await withServer { _ in
            TestReply([.close])
        } _: { (loop, server) async throws in
            let url = "http://user:pa%40ss@127.0.0.1:\(server.port)/x?limit=1&X-Token=abc&password=def&marker=m"
            let error = try await failure(loop, get(url))
            #expect(
                error.url == "http://127.0.0.1:\(server.port)/x?limit=1&X-Token=<redacted>&password=<redacted>&marker=m"
            )
            #expect(error.description.hasPrefix("GET \(error.url): "))
        }
    }

    @Test(arguments: [
        ("http://h/", "http://h/"), ("http://u:p@h", "http://h"), ("http://u:p@q@h/a@b", "http://h/a@b"),
        ("u:p@h/x", "h/x"), ("http://h?a&key=1&b=2", "http://h?a&key=<redacted>&b=2"), ("", ""),
        ("http://h/?secret=a=b", "http://h/?secret=<redacted>"),
    ])
    func urlSecrets(url: String, shown: String) {
        #expect(url.withoutURLSecrets == shown)
    }

    @Test func theParts() {
        let parts = URLParts("https://u:p@[::1]/a/b%20c?x=1&y")
        #expect(parts?.scheme == "https")
        #expect(parts?.host == "[::1]")
        #expect(parts?.port == "443")
        #expect(parts?.path == "/a/b%20c")
        #expect(parts?.query == "x=1&y")
        #expect(URLParts("http://h:8080")?.path == "/")
        #expect(URLParts("http://h:8080")?.port == "8080")
        #expect(URLParts("http://h")?.query == nil)
        #expect("aZ09-._~".percentEncoded == "aZ09-._~")
        #expect("a/b?c%é".percentEncoded == "a%2Fb%3Fc%25%C3%A9")
        #expect(HTTPDate.seconds("Sun, 22 Nov 2026 15:46:58 GMT") == 1_795_362_418)
        #expect(HTTPDate.seconds("soon") == nil)
    }
}
