// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Support
package import TLSServer
package import Values

/// TLS of a simulated server: an authority, certificates of the server and its clients, all made anew for each process,
/// and which of its certificates the server shows.
package final class SimulatorTLS: Sendable {
    private struct State {
        var shown = ServerCertificate.good
        /// Those that are open, and what was shown to them.
        var connections: [ObjectIdentifier: (channel: any Channel, shown: ServerCertificate)] = [:]
    }

    /// The certificate, in PEM, of the authority that clients have to trust.
    package let authority: String
    /// What a client may show.
    package let client: CertificateAuthority.Identity
    /// Whether nobody else is let in.
    package let requiresClientCertificate: Bool
    private let contexts: [ServerCertificate: TLSContext]
    private let state = Locked(State())

    /// - Parameter host: that the server listens on; it is also reached as 127.0.0.1 and localhost.
    package init(host: String = "127.0.0.1", requiresClientCertificate: Bool = false) throws(TLSError) {
        // Of other names than the server's: who is called as its issuer would count as self-signed.
        let (trusted, stranger) = (try CertificateAuthority("authority"), try CertificateAuthority("stranger"))
        let pem = try trusted.pem
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        let names = "IP:127.0.0.1,DNS:localhost,\(isAddress ? "IP" : "DNS"):\(host)"
        authority = pem
        client = try trusted.issue("client")
        self.requiresClientCertificate = requiresClientCertificate
        var contexts: [ServerCertificate: TLSContext] = [:]
        for certificate in ServerCertificate.allCases {
            let identity = try certificate.issued(for: names, by: trusted, or: stranger)
            contexts[certificate] = try TLSContext(identity, clientAuthority: requiresClientCertificate ? pem : nil)
        }
        self.contexts = contexts
    }

    /// What `config` of an account holds that is let in.
    package var accountConfig: Object {
        var config: Object = ["ca_cert_content": .string(authority)]
        if requiresClientCertificate {
            config["client_cert_content"] = .string(client.certificate)
            config["client_key_content"] = .string(client.key)
        }
        return config
    }

    package var shown: ServerCertificate { state.withLock { $0.shown } }

    /// Shows another certificate, and closes the connections that saw one before. Returns when that is done.
    package func show(_ certificate: ServerCertificate) async {
        choose(certificate)
        await closeOutdated()
    }

    /// Shows another certificate to whoever connects from now on.
    func choose(_ certificate: ServerCertificate) { state.withLock { $0.shown = certificate } }

    /// Closes the connections that were shown another certificate than is shown now.
    ///
    /// - Parameter spared: stays open all the same.
    func closeOutdated(except spared: (any Channel)? = nil) async {
        let outdated = state.withLock { state in
            state.connections.values.filter { $0.shown != state.shown }.map(\.channel)
        }
        for channel in outdated where channel !== spared { try? await channel.close() }
    }

    /// Begins TLS on a connection that was just accepted. On its event loop.
    func begin(on channel: any Channel) throws {
        let id = ObjectIdentifier(channel)
        let shown = state.withLock { state in
            state.connections[id] = (channel, state.shown)
            return state.shown
        }
        channel.closeFuture.whenComplete { [self] _ in state.withLock { $0.connections[id] = nil } }
        guard let context = contexts[shown] else { return }
        try channel.pipeline.syncOperations.addHandler(TLSHandler(TLSSession(context)))
    }
}
