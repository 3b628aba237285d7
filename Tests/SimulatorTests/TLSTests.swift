// SPDX-License-Identifier: Apache-2.0

import Curl
import JSON
import Simulator
import TLSServer
import Testing
import Values

/// The same server over TLS, by real handshakes with the client that the service has.
@Suite(.timeLimit(.minutes(20))) struct TLSTests {
    private typealias TLS = HTTPRequest.TLS

    let cloud = SimulatedCloud.generate(seed: 71, name: "t", servers: 2)

    /// A client of one server.
    private struct Client {
        let url: String
        let loop: CurlLoop

        /// - Returns: status and body, or the name of the error.
        func send(
            _ tls: TLS, _ method: String = "GET", _ path: String = "/v/t/v3", body: String? = nil
        ) async -> (outcome: String, text: String) {
            var request = HTTPRequest(method, url + path)
            request.body = body.map { Array($0.utf8) }
            request.proxy = ""
            request.timeouts = .init(connect: .seconds(600), stall: .seconds(600), whole: .seconds(600))
            request.tls = tls
            do throws(HTTPError) {
                let response = try await loop.send(request)
                return ("\(response.status)", String(decoding: response.body, as: UTF8.self))
            } catch {
                return (String("\(error.code)".prefix { $0 != "(" }), error.message)
            }
        }
    }

    private func with(
        _ tls: SimulatorTLS, host: String = "127.0.0.1", _ body: (SimulatorServer, Client) async throws -> Void
    ) async throws {
        try await withServer(cloud, configuration: .init(host: host, tls: tls)) { server, _ in
            let loop = try CurlLoop()
            let result: Result<Void, any Error>
            do { result = .success(try await body(server, Client(url: try await server.baseURL, loop: loop))) } catch {
                result = .failure(error)
            }
            await loop.shutdown()
            try result.get()
        }
    }

    private func content(_ pem: String) -> TLS.PEM { .content(Array(pem.utf8)) }
    private func trust(_ tls: SimulatorTLS) -> TLS { TLS(ca: content(tls.authority)) }

    @Test(arguments: ["127.0.0.1", "localhost"]) func whoTrustsItsAuthorityIsServed(host: String) async throws {
        let tls = try SimulatorTLS(host: host)
        try await with(tls, host: host) { server, client in
            #expect(client.url.hasPrefix("https://\(host):"))
            let answer = await client.send(trust(tls))
            #expect(answer.outcome == "200", "\(answer)")
            #expect(answer.text.contains("\"\(client.url)/v/t/v3/\""), "its links lead to itself: \(answer.text)")
            let unknown = await client.send(TLS())
            #expect(unknown.outcome == "tls", "\(unknown)")
            #expect(server.counters.total() == 1)
        }
    }

    @Test(arguments: [ServerCertificate.expired, .wrongName, .unknownAuthority])
    func aBadCertificateForAWhile(_ certificate: ServerCertificate) async throws {
        let tls = try SimulatorTLS()
        try await with(tls) { _, client in
            #expect(await client.send(trust(tls)).outcome == "200")
            // Also for a client that has a connection.
            await tls.show(certificate)
            let refused = await client.send(trust(tls))
            #expect(refused.outcome == "tls", "\(refused)")
            #expect(await client.send(TLS(verify: false)).outcome == "200")
            await tls.show(.good)
            #expect(await client.send(trust(tls)).outcome == "200")
        }
    }

    @Test func theControlEndpointChangesTheCertificate() async throws {
        let tls = try SimulatorTLS()
        try await with(tls) { _, client in
            func control(_ body: String) async -> (outcome: String, text: String) {
                await client.send(TLS(verify: false), "POST", "/control/tls", body: body)
            }
            #expect(await client.send(trust(tls)).outcome == "200")
            let changed = await control(#"{"certificate": "expired"}"#)
            #expect(changed.outcome == "200" && changed.text.contains("expired"), "\(changed)")
            #expect(await client.send(trust(tls)).outcome == "tls")
            let summary = try JSON.parse(await client.send(TLS(verify: false), "GET", "/control").text)
            #expect(summary["certificate"]?.string == "expired")
            let wrong = await control(#"{"certificate": "shiny"}"#)
            #expect(wrong.outcome == "400" && wrong.text.contains("shiny"), "\(wrong)")
            #expect(await control(#"{"certificate": "good"}"#).outcome == "200")
            #expect(await client.send(trust(tls)).outcome == "200")
        }
    }

    @Test func onlyItsOwnClientsAreLetIn() async throws {
        let tls = try SimulatorTLS(requiresClientCertificate: true)
        let stranger = try CertificateAuthority("stranger").issue("client")
        try await with(tls) { _, client in
            var own = trust(tls)
            own.clientCertificate = content(tls.client.bundle)
            var other = trust(tls)
            other.clientCertificate = content(stranger.bundle)
            for (shown, outcome) in [(trust(tls), "tls"), (other, "tls"), (own, "200"), (other, "tls")] {
                let answer = await client.send(shown)
                #expect(answer.outcome == outcome, "\(answer)")
            }
        }
    }

    @Test(arguments: [
        (Fault.Effect.reset, "reset"), (.drop, "reset"), (.truncate(after: 0.5), "truncated"), (.empty, "200"),
        (.trickle(bytesPerSecond: 1_000_000), "200"),
    ])
    func brokenAnswersAreWhatTheyAreWithoutIt(_ effect: Fault.Effect, outcome: String) async throws {
        let tls = try SimulatorTLS()
        try await with(tls) { server, client in
            server.faults.add(Fault(effect, when: .nth(1)))
            let answer = await client.send(trust(tls))
            #expect(answer.outcome == outcome, "\(answer)")
            #expect(await client.send(trust(tls)).outcome == "200")
        }
    }

    @Test func refusedAndTakenAgain() async throws {
        let tls = try SimulatorTLS()
        try await with(tls) { server, client in
            #expect(await client.send(trust(tls)).outcome == "200")
            try await server.refuse()
            #expect(await client.send(trust(tls)).outcome == "refused")
            try await server.accept()
            #expect(await client.send(trust(tls)).outcome == "200")
        }
    }
}
