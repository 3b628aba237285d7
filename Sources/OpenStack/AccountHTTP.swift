// SPDX-License-Identifier: Apache-2.0

import Curl
import JSON
import Support
import Values

/// HTTP for one account: its TLS settings, its share of requests in flight and per second, and errors without its secrets.
final class AccountHTTP: Sendable {
    let account: String
    private let loop: CurlLoop
    private let settings: OpenStackSettings
    private let tls: HTTPRequest.TLS
    private let permits: AsyncSemaphore
    private let rate: RequestRate?
    /// When the account has been asked for long enough.
    private let deadline = Locked(Double.infinity)
    private let credentials: [String]
    /// The latest tokens: answers that echo a request must not carry one into an error.
    private let tokens = Locked<[String]>([])

    init(_ account: String, _ config: AccountConfig, _ settings: OpenStackSettings, _ loop: CurlLoop) {
        self.account = account
        self.loop = loop
        self.settings = settings
        tls = config.tls
        permits = AsyncSemaphore(permits: settings.requestsPerAccount)
        rate = settings.requestsPerSecond.map { RequestRate(perSecond: $0, timeline: settings.timeline) }
        credentials = config.secrets
    }

    /// From now on the requests of one cycle are sent, which may take so long together.
    func beginCycle() {
        let end = settings.timeline.now() + settings.cycleTimeout
        deadline.withLock { $0 = end }
    }

    /// Never shows this token from now on.
    func hide(_ token: Secret) {
        tokens.withLock { $0 = [token.reveal] + $0.prefix(1) }
    }

    func send(
        _ method: String, _ url: String, headers: [(name: String, value: String)], body: [UInt8]? = nil,
        sink: (any BodySink)? = nil
    ) async throws(VIMError) -> HTTPResponse {
        var request = HTTPRequest(method, url)
        request.headers = [("Accept", "application/json"), ("User-Agent", "vimwatch")] + headers
        request.body = body
        request.timeouts = settings.timeouts
        request.maxBodyBytes = sink == nil ? settings.maxBodyBytes : settings.maxPageBytes
        request.tls = tls
        request.proxy = settings.proxy
        request.noProxy = settings.noProxy
        request.gzip = settings.gzip
        do {
            try await rate?.pass()
            try await permits.acquire()
        } catch {
            throw self.error(.cancelled, method, url, "cancelled")
        }
        defer { permits.release() }
        let left = deadline.withLock { $0 } - settings.timeline.now()
        guard left > 0 else {
            throw self.error(.timeout, method, url, "the account was asked for longer than \(settings.cycleTimeout) s")
        }
        if left.isFinite { request.timeouts.whole = min(request.timeouts.whole, .seconds(left)) }
        do throws(HTTPError) {
            return try await loop.send(request, body: sink)
        } catch {
            throw vimError(error)
        }
    }

    func error(
        _ code: VIMError.Code, _ method: String, _ url: String, _ reason: String, retryAfter: Double? = nil
    ) -> VIMError {
        VIMError(
            code, account: account, attempted: redacted("\(method) \(url.withoutURLSecrets)"),
            reason: redacted(reason).shortened, retryAfter: retryAfter)
    }

    /// The error that an answer with an unexpected status stands for.
    func error(for response: HTTPResponse, _ method: String, _ url: String, now: Double) -> VIMError {
        let said = ErrorBody(response.body).text
        let location =
            response.header("Location").map { "redirects to \($0.withoutURLSecrets) are not followed; " } ?? ""
        let code: VIMError.Code =
            switch response.status {
            case 401: .authentication
            default: .http(response.status)
            }
        return error(
            code, method, url, "status \(response.status): \((300..<400) ~= response.status ? location : "")\(said)",
            retryAfter: response.retryAfter(now: now))
    }

    private func vimError(_ error: HTTPError) -> VIMError {
        let code: VIMError.Code
        var reason = error.message
        switch error.code {
        case .dns, .refused, .reset, .other: code = .unreachable
        case .tls: code = .tls
        case .timeout, .stalled: code = .timeout
        case .truncated: code = .truncated
        case .bodyTooLarge: code = .tooLarge
        case .badURL, .badHeader: code = .configuration
        case .cancelled: code = .cancelled
        case .rejectedBySink(let cause as PageRejection):
            code = cause.code
            reason = cause.description
        case .rejectedBySink(let cause):
            code = .rejectedByReceiver
            reason = "\(cause)"
        }
        return self.error(code, error.method, error.url, reason)
    }

    private func redacted(_ text: String) -> String {
        let secrets = credentials + tokens.withLock { $0 }
        return secrets.reduce(text) { text, secret in text.replacing(secret: secret) }
    }
}

extension HTTPResponse {
    /// Seconds to wait: a number of them, or the time until a date, by the clock of whoever named it
    /// (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>).
    fileprivate func retryAfter(now: Double) -> Double? {
        guard let text = header("Retry-After"), !text.isEmpty else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Double(text) }
        let clock = header("Date").flatMap { HTTPDate.seconds($0) }
        return HTTPDate.seconds(text).map { max(0, $0 - (clock ?? now)) }
    }
}

extension VIMError.Code {
    /// What is wrong with a success whose body is not the JSON that was expected.
    init(_ error: JSONError) {
        self =
            switch error.reason {
            case .emptyBody, .markup, .byteOrderMark: .notJSON
            case .unexpectedByte where error.offset == 0: .notJSON
            case .unexpectedEnd: .truncated
            case .tooLarge: .tooLarge
            default: .malformed
            }
    }
}

extension String {
    /// Errors quote what others say, which may be a page of HTML.
    fileprivate var shortened: String { count > 400 ? prefix(400) + "…" : self }

    /// Every occurrence as the mask, also as JSON writes it. Shorter texts than three characters hide nothing.
    fileprivate func replacing(secret: String) -> String {
        guard secret.count >= 3 else { return self }
        let quoted = String(decoding: JSON.serialize(.string(secret)).dropFirst().dropLast(), as: UTF8.self)
        return Set([secret, quoted, secret.percentEncoded]).sorted { $0.count > $1.count }.reduce(self) { text, form in
            text.split(separator: form, omittingEmptySubsequences: false).joined(separator: Secret.mask)
        }
    }
}
