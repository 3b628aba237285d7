// SPDX-License-Identifier: Apache-2.0

import CCurl

/// A request that got no complete answer.
package struct HTTPError: Error, CustomStringConvertible {
    package enum Code: Sendable {
        case dns
        case refused
        case reset
        case tls
        /// The connection or the whole transfer took too long.
        case timeout
        /// Nothing moved for the stall time.
        case stalled
        /// The connection ended before the body did, after so many bytes of it.
        case truncated(partial: Int)
        case bodyTooLarge
        case badURL
        case badHeader
        case cancelled
        case rejectedBySink(any Error)
        /// Any other code of libcurl's.
        case other(Int)
    }

    package var code: Code
    package var method: String
    /// Without user, password and the values of secret looking query items.
    package var url: String
    /// What libcurl says about it.
    package var message: String

    package init(_ code: Code, _ request: HTTPRequest, _ message: String) {
        self.code = code
        method = request.method
        url = request.url.withoutURLSecrets
        self.message = message
    }

    /// The same request may succeed later.
    package var isRetriable: Bool {
        switch code {
        case .dns, .refused, .reset, .timeout, .stalled, .truncated, .other: true
        case .tls, .bodyTooLarge, .badURL, .badHeader, .cancelled, .rejectedBySink: false
        }
    }

    package var description: String { "\(method) \(url): \(message)" }
}

extension HTTPError.Code {
    /// - Parameter received: bytes of the body that arrived.
    init(_ result: CURLcode, message: String, received: Int) {
        self =
            switch result {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns
            case CURLE_COULDNT_CONNECT: .refused
            // TLS 1.3 refuses a client's certificate after the client's handshake, where libcurl has no code for it; only
            // OpenSSL's text tells ("error:0A00045C:SSL routines::tlsv13 alert certificate required").
            case CURLE_RECV_ERROR where received == 0 && message.contains(" alert "): .tls
            case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
                received > 0 ? .truncated(partial: received) : .reset
            case CURLE_PARTIAL_FILE: .truncated(partial: received)
            // libcurl has one code for both; only its text tells (lib/speedcheck.c).
            case CURLE_OPERATION_TIMEDOUT: message.hasPrefix("Operation too slow") ? .stalled : .timeout
            case CURLE_URL_MALFORMAT: .badURL
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED,
                CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR,
                CURLE_SSL_PINNEDPUBKEYNOTMATCH,
                CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
                .tls
            default: .other(Int(result.rawValue))
            }
    }
}
