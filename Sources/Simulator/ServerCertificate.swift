// SPDX-License-Identifier: Apache-2.0

import TLSServer

/// What a simulated server may say it is.
package enum ServerCertificate: String, Sendable, CaseIterable {
    case good, expired
    /// For another host.
    case wrongName = "wrong-name"
    /// Of an authority that nobody trusts.
    case unknownAuthority = "unknown-authority"

    /// - Parameters:
    ///   - names: under which the server is reached, as OpenSSL writes them.
    ///   - stranger: the authority that nobody trusts.
    func issued(
        for names: String, by authority: CertificateAuthority, or stranger: CertificateAuthority
    ) throws(TLSError) -> CertificateAuthority.Identity {
        switch self {
        case .good: try authority.issue("simulator", alternative: names)
        case .expired: try authority.issue("simulator", alternative: names, valid: -7200 ... -3600)
        case .wrongName: try authority.issue("simulator", alternative: "DNS:elsewhere.example")
        case .unknownAuthority: try stranger.issue("simulator", alternative: names)
        }
    }
}
