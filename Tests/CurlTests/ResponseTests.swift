// SPDX-License-Identifier: Apache-2.0

import Curl
import Support
import TestHTTP
import TestSeeded
import Testing

@Suite(.timeLimit(.minutes(20)))
struct ResponseTests {
    @Test func chunksOfAnySizeBecomeTheBody() async throws {
        var random = Seeded()
        let seed = random.seed
        for _ in 0..<20 {
            let body = random.bytes(upTo: 60_000)
            let limit = random.number(1...9_000)
            var wire = Array("HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
            var rest = body[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(random.number(1...limit))
                wire += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
                rest = rest.dropFirst(chunk.count)
            }
            wire += Array("0\r\nTrailer: 1\r\n\r\n".utf8)
            let reply = TestReply([.send(wire)])
            try await withServer { _ in
                reply
            } _: { (loop, server) async throws in
                let sink = Recorder()
                let collected = try await loop.send(get(server.url))
                let streamed = try await loop.send(get(server.url), body: sink)
                #expect(collected.body == body, "seed \(seed)")
                #expect(collected.header("Trailer") == nil)
                #expect(streamed.body.isEmpty)
                #expect(sink.record.withLock { $0.body } == body, "seed \(seed)")
                #expect(sink.record.withLock { $0.begun } == ["200 x/y"])
            }
        }
    }

    @Test func interimAnswersAreSkipped() async throws {
        let wire = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        try await withServer { _ in
            .raw(wire)
        } _: { (loop, server) async throws in
            let sink = Recorder()
            let response = try await loop.send(get(server.url), body: sink)
            #expect(response.status == 200)
            #expect(response.header("Link") == nil)
            #expect(sink.record.withLock { $0.begun } == ["200 -"])
            #expect(sink.record.withLock { $0.body } == Array("ok".utf8))
        }
    }

    @Test(arguments: [204, 300, 401, 404, 500, 503])
    func onlyTheBodyOf200GoesToTheSink(status: Int) async throws {
        try await withServer { _ in
            status == 204 ? .raw("HTTP/1.1 204 No\r\n\r\n") : .text(status, "why")
        } _: { (loop, server) async throws in
            let sink = Recorder()
            let response = try await loop.send(get(server.url), body: sink)
            #expect(response.status == status)
            #expect(response.body == Array((status == 204 ? "" : "why").utf8))
            #expect(sink.record.withLock { $0.begun.isEmpty && $0.body.isEmpty })
        }
    }

    @Test func redirectsAreNotFollowed() async throws {
        try await withServer { _ in
            .text(302, "", headers: [("Location", "/elsewhere")])
        } _: { (loop, server) async throws in
            let response = try await loop.send(get(server.url))
            #expect(response.status == 302)
            #expect(response.header("Location") == "/elsewhere")
            #expect(server.requests.count == 1)
        }
    }

    @Test func gzipIsDecodedAndCountedOnTheWire() async throws {
        // 5000 times "x", by Python's gzip.
        let packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 218, 139, 111, 10, 63, 160, 0, 0, 0, 0,
            128, 183, 1, 38, 240, 219, 0, 136, 19, 0, 0,
        ]
        try await withServer { request in
            request.header("Accept-Encoding") == "gzip"
                ? .body(200, packed, headers: [("Content-Encoding", "gzip")]) : .text(200, "plain")
        } _: { (loop, server) async throws in
            let response = try await loop.send(get(server.url) { $0.gzip = true })
            #expect(response.body == [UInt8](repeating: UInt8(ascii: "x"), count: 5000))
            #expect(response.bytesReceived == 40)
            #expect(try await loop.send(get(server.url)).body == Array("plain".utf8))
            let bomb = try await failure(
                loop,
                get(server.url) {
                    $0.gzip = true
                    $0.maxBodyBytes = 4999
                })
            #expect(bomb.code.name == "bodyTooLarge")
        }
    }

    @Test(arguments: [true, false])
    func aBodyBeyondTheLimitEndsTheTransfer(streamed: Bool) async throws {
        let body = [UInt8](repeating: 1, count: 100_000)
        try await withServer { _ in
            .body(200, body)
        } _: { (loop, server) async throws in
            let sink = streamed ? Recorder() : nil
            let error = try await failure(loop, get(server.url) { $0.maxBodyBytes = 99_999 }, sink: sink)
            #expect(error.code.name == "bodyTooLarge")
            #expect(!error.isRetriable)
            #expect(try await loop.send(get(server.url) { $0.maxBodyBytes = 100_000 }).body.count == 100_000)
        }
    }

    @Test func endlessHeadersEndTheTransfer() async throws {
        let line = Array("X-Line: \(String(repeating: "x", count: 1000))\r\n".utf8)
        let reply = TestReply([.send(Array("HTTP/1.1 200 OK\r\n".utf8))] + (0..<300).map { _ in .send(line) } + [.hang])
        try await withServer { _ in
            reply
        } _: { (loop, server) async throws in
            let error = try await failure(loop, get(server.url))
            #expect(error.code.name == "bodyTooLarge")
        }
    }

    @Test func aSinkThatThrowsEndsTheTransferWithItsError() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".utf8)
        try await withServer { _ in
            TestReply([.send(head + [UInt8](repeating: 7, count: 20)), .hang])
        } _: { (loop, server) async throws in
            let error = try await failure(loop, get(server.url), sink: Recorder(limit: 10))
            guard case .rejectedBySink(let cause) = error.code else {
                Issue.record("\(error.code)")
                return
            }
            #expect(cause as? Recorder.Refusal == Recorder.Refusal(after: 10))
            #expect(!error.isRetriable)
        }
    }
}
