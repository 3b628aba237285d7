// SPDX-License-Identifier: Apache-2.0

import CResolver
import Curl
import TestHTTP
import Testing

@Suite(.timeLimit(.minutes(20)))
struct FailureTests {
    private static let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"

    private static func send(_ text: String) -> TestReply.Step { .send(Array(text.utf8)) }

    static let broken: [(String, TestReply, String)] = [
        ("closed before an answer", TestReply([.close]), "reset"),
        ("reset before an answer", TestReply([.reset]), "reset"),
        ("closed within the body", TestReply([send(head + "0123456789"), .close]), "truncated(partial: 10)"),
        (
            "closed within a chunk",
            TestReply([send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n0123456789"), .close]),
            "truncated(partial: 10)"
        ),
        (
            "closed between chunks",
            TestReply([send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n"), .close]),
            "truncated(partial: 5)"
        ),
        ("nothing that resembles HTTP", TestReply([send("SSH-2.0-OpenSSH\r\n\r\n"), .close]), "other(1)"),
    ]

    @Test(arguments: broken)
    func brokenAnswersAreErrorsThatMayPass(what: String, reply: TestReply, code: String) async throws {
        try await withServer { _ in
            reply
        } _: { (loop, server) async throws in
            let error = try await failure(loop, get(server.url))
            #expect("\(error.code)" == code, "\(what): \(error)")
            #expect(error.isRetriable)
            #expect(!error.message.isEmpty)
        }
    }

    @Test func aNameThatDoesNotResolveHarmsNoLaterRequest() async throws {
        try await withServer { _ in
            .text(200, "fine")
        } _: { (loop, server) async throws in
            for _ in 1...3 {
                // A label of more than 63 bytes cannot exist, so that no name server is asked.
                let error = try await failure(loop, get("http://\(String(repeating: "a", count: 64)).invalid/"))
                #expect(error.code.name == "dns", "\(error)")
                let response = try await loop.send(get(server.url))
                #expect(response.status == 200)
            }
        }
    }

    /// Others go on while it waits, and when it was given up.
    @Test func aResolverThatNeverAnswers() async throws {
        try await withServer { _ in
            .text(200, "fine")
        } _: { (loop, server) async throws in
            async let hanging = failure(loop, get("http://silent-1.invalid/") { $0.timeouts.connect = .seconds(1) })
            while resolver_waiting(1) == 0 { await Task.yield() }
            #expect(try await loop.send(get(server.url)).status == 200)
            let error = try await hanging
            #expect(error.code.name == "timeout", "\(error)")
            #expect(error.isRetriable)
            #expect(try await loop.send(get(server.url)).status == 200)
            #expect(resolver_waiting(1) == 1)
        }
    }

    @Test func aResetWithinTheBodyIsNoCompleteAnswer() async throws {
        try await withServer { _ in
            TestReply([Self.send(Self.head + "0123456789"), .reset])
        } _: { (loop, server) async throws in
            // Whether the bytes before the reset still arrive is up to the kernel.
            let error = try await failure(loop, get(server.url))
            #expect(["truncated", "reset"].contains(error.code.name), "\(error)")
        }
    }

    @Test func nobodyListens() async throws {
        try await withServer { _ in
            .text(200, "")
        } _: { (loop, server) async throws in
            let url = server.url
            _ = try await loop.send(get(url))
            server.stop()
            let error = try await failure(loop, get(url))
            #expect(["refused", "reset"].contains(error.code.name), "\(error)")
            #expect(error.isRetriable)
        }
    }

    @Test func aNameThatDoesNotExist() async throws {
        try await withServer { _ in
            .text(200, "")
        } _: { (loop, _) async throws in
            // A label of more than 63 bytes cannot exist, so that no name server is asked.
            let error = try await failure(loop, get("http://\(String(repeating: "a", count: 64)).invalid/"))
            #expect(error.code.name == "dns", "\(error)")
        }
    }

    @Test(arguments: [
        HTTPRequest.TLS(ca: .content(Array("no certificate".utf8))), HTTPRequest.TLS(ca: .file("/nonexistent/ca.pem")),
        HTTPRequest.TLS(clientCertificate: .file("/nonexistent/a.pem"), clientKey: .file("/nonexistent/b.pem")),
        HTTPRequest.TLS(clientCertificate: .content(Array("no certificate".utf8))),
    ])
    func filesAndCertificatesOfNoUse(tls: HTTPRequest.TLS) async throws {
        try await withServer { _ in
            .text(200, "")
        } _: { (loop, server) async throws in
            let error = try await failure(loop, get("https://127.0.0.1:\(server.port)/") { $0.tls = tls })
            #expect(error.code.name == "tls", "\(error)")
            #expect(!error.isRetriable)
        }
    }

    @Test func theWholeTimeIsLimited() async throws {
        try await withServer { _ in
            TestReply([.hang])
        } _: { (loop, server) async throws in
            let error = try await failure(loop, get(server.url) { $0.timeouts.whole = .milliseconds(50) })
            #expect(error.code.name == "timeout")
            #expect(error.isRetriable)
        }
    }

    @Test func silenceInTheMiddleOfABodyIsAStall() async throws {
        try await withServer { _ in
            TestReply([Self.send(Self.head + "0"), .hang])
        } _: { (loop, server) async throws in
            let error = try await failure(loop, get(server.url) { $0.timeouts.stall = .milliseconds(500) })
            #expect(error.code.name == "stalled", "\(error)")
        }
    }
}
