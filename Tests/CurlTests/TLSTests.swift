// SPDX-License-Identifier: Apache-2.0

import Curl
import Foundation
import TLSServer
import TestHTTP
import Testing

/// Real handshakes: whom the loop trusts, and who it says it is.
@Suite(.timeLimit(.minutes(20)))
struct TLSTests {
    private typealias TLS = HTTPRequest.TLS

    /// Asks a server with a certificate of `authority` for 127.0.0.1, or for another name.
    private func ask(
        _ tls: TLS, of authority: CertificateAuthority, as alternative: String = "IP:127.0.0.1",
        clientAuthority: String? = nil
    ) async throws -> String {
        let identity = try authority.issue("server", alternative: alternative)
        var outcome = ""
        try await withServer(tls: TLSContext(identity, clientAuthority: clientAuthority)) { _ in
            .text(200, "fine")
        } _: { (loop, server) async throws in
            do throws(HTTPError) {
                let response = try await loop.send(get(server.url) { $0.tls = tls })
                outcome = String(decoding: response.body, as: UTF8.self)
            } catch {
                outcome = error.code.name
            }
        }
        return outcome
    }

    private func content(_ pem: String) -> TLS.PEM { .content(Array(pem.utf8)) }

    @Test func onlyTheGivenAuthorityIsTrusted() async throws {
        let (ours, others) = (try CertificateAuthority("ours"), try CertificateAuthority("others"))
        #expect(try await ask(TLS(), of: ours) == "tls")
        #expect(try await ask(TLS(ca: content(ours.pem)), of: ours) == "fine")
        #expect(try await ask(TLS(ca: content(others.pem)), of: ours) == "tls")
        #expect(try await ask(TLS(ca: content(others.pem + ours.pem)), of: ours) == "fine")
    }

    @Test func anAuthorityInAFile() async throws {
        let authority = try CertificateAuthority("ours")
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("vimwatch-\(UUID().uuidString).pem")
        try authority.pem.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(try await ask(TLS(ca: .file(file.path)), of: authority) == "fine")
    }

    @Test func aCertificateForAnotherHostIsRefused() async throws {
        let authority = try CertificateAuthority("ours")
        let trusting = TLS(ca: content(try authority.pem))
        #expect(try await ask(trusting, of: authority, as: "DNS:example.org") == "tls")
        #expect(try await ask(TLS(verify: false), of: authority, as: "DNS:example.org") == "fine")
    }

    @Test func insecureTrustsAnybody() async throws {
        #expect(try await ask(TLS(verify: false), of: CertificateAuthority("unknown")) == "fine")
    }

    @Test func aClientShowsItsCertificate() async throws {
        let (authority, clients) = (try CertificateAuthority("ours"), try CertificateAuthority("clients"))
        let (client, stranger) = (try clients.issue("client"), try authority.issue("stranger"))
        func answer(_ certificate: TLS.PEM?, _ key: TLS.PEM?) async throws -> String {
            let tls = TLS(ca: content(try authority.pem), clientCertificate: certificate, clientKey: key)
            return try await ask(tls, of: authority, clientAuthority: clients.pem)
        }
        #expect(try await answer(content(client.certificate), content(client.key)) == "fine")
        #expect(try await answer(content(client.bundle), nil) == "fine")
        // TLS 1.3 lets the client finish its handshake before it is refused.
        #expect(try await answer(nil, nil) == "tls")
        #expect(try await answer(content(stranger.bundle), nil) == "tls")
        // A key that does not belong to the certificate.
        #expect(try await answer(content(client.certificate), content(stranger.key)) == "tls")
    }

    /// A kept connection serves only requests with the same trust and the same certificate.
    @Test func connectionsOfOtherTrustAreNotUsedAgain() async throws {
        let authority = try CertificateAuthority("ours")
        let identity = try authority.issue("server", alternative: "IP:127.0.0.1")
        let client = try authority.issue("client")
        try await withServer(tls: TLSContext(identity)) { _ in
            .text(200, "fine")
        } _: { (loop, server) async throws in
            let trusting = TLS(ca: content(try authority.pem))
            var known = trusting
            known.clientCertificate = content(client.bundle)
            for tls in [trusting, trusting, known, known, TLS(verify: false)] {
                #expect(try await loop.send(get(server.url) { $0.tls = tls }).status == 200)
            }
            #expect(server.requests.map(\.connection) == [1, 1, 2, 2, 3])
            #expect(try await failure(loop, get(server.url)).code.name == "tls")
        }
    }
}
