// SPDX-License-Identifier: Apache-2.0

/// One request of HTTP/1.1. Redirects are never followed: a redirected answer comes back as it is.
package struct HTTPRequest: Sendable {
    /// How long each part of a transfer may take.
    package struct Timeouts: Sendable {
        /// Name resolution, TCP and TLS together.
        package var connect: Duration
        /// No byte in either direction for so long, the server's thinking included; rounded up to whole seconds.
        package var stall: Duration
        /// Everything, from the moment the request is sent to the loop.
        package var whole: Duration

        package init(connect: Duration = .seconds(10), stall: Duration = .seconds(60), whole: Duration = .seconds(300))
        {
            self.connect = connect
            self.stall = stall
            self.whole = whole
        }
    }

    /// Whom to trust and who we are. A CA given here replaces the system's.
    package struct TLS: Sendable {
        /// Certificates or a key in PEM.
        package enum PEM: Sendable {
            case file(String)
            /// Used from memory, never written to a file.
            case content([UInt8])
        }

        package var verify: Bool
        package var ca: PEM?
        package var clientCertificate: PEM?
        /// `nil`: it is beside the certificate.
        package var clientKey: PEM?

        package init(
            verify: Bool = true, ca: PEM? = nil, clientCertificate: PEM? = nil, clientKey: PEM? = nil
        ) {
            self.verify = verify
            self.ca = ca
            self.clientCertificate = clientCertificate
            self.clientKey = clientKey
        }
    }

    package var method: String
    package var url: String
    package var headers: [(name: String, value: String)] = []
    package var body: [UInt8]?
    package var timeouts = Timeouts()
    /// Of the decoded body, whether it is collected or goes to a sink.
    package var maxBodyBytes = 16 << 20
    package var tls = TLS()
    /// A proxy's URL; empty: none; `nil`: what the environment says (`http_proxy`, `https_proxy`, `no_proxy`).
    package var proxy: String?
    /// Hosts that are reached without the proxy, separated by commas; `nil`: what the environment says.
    package var noProxy: String?
    /// Offers gzip and decodes it.
    package var gzip = false

    package init(_ method: String = "GET", _ url: String) {
        self.method = method
        self.url = url
    }
}

/// Receives the body of an answer with status 200 while it arrives. All calls come from the loop's thread and must not
/// block it: every other transfer waits meanwhile.
package protocol BodySink: Sendable {
    /// The headers are complete.
    func begin(status: Int, contentType: String?)
    /// The next bytes, decoded. They are gone when this returns. Throwing ends the transfer with
    /// `HTTPError.Code.rejectedBySink`.
    func receive(_ chunk: UnsafeRawBufferPointer) throws
}
