// SPDX-License-Identifier: Apache-2.0

import Curl
import JSON
import Support
import Values

/// The token of one account: kept, renewed before it expires, by one login at a time.
actor KeystoneSession {
    private let url: String
    private let config: AccountConfig
    private let http: AccountHTTP
    /// Seconds since 1970, by the wall clock, since Keystone's times are.
    private let now: @Sendable () -> Double

    /// Held during a login. Whoever waits for it finds the token that the login brought, or its error. A login whose
    /// task is cancelled fails for that task alone: the next in the queue logs in.
    private let turn = AsyncSemaphore(permits: 1)
    private var current: Token?
    /// Logins that ended by themselves, well or not.
    private var attempts = 0
    private var lastFailure: VIMError?
    /// Found once by discovery if the URL does not say it.
    private var base: (version: KeystoneVersion, url: String)?

    init(_ account: VIMAccount, _ config: AccountConfig, _ http: AccountHTTP, now: @escaping @Sendable () -> Double) {
        url = account.url.withoutTrailingSlashes
        self.config = config
        self.http = http
        self.now = now
    }

    /// A token that is good for a while.
    ///
    /// - Parameter rejected: a token that a service refused: never that one again.
    func token(replacing rejected: Token? = nil) async throws(VIMError) -> Token {
        if let token = usable(rejected) { return token }
        let seen = attempts
        do {
            try await turn.acquire()
        } catch {
            throw http.error(.cancelled, "LOGIN", url, "cancelled")
        }
        defer { turn.release() }
        if let token = usable(rejected) { return token }
        if attempts != seen, let lastFailure { throw lastFailure }
        do throws(VIMError) {
            let token = try await login()
            (current, lastFailure, attempts) = (token, nil, attempts + 1)
            return token
        } catch {
            if error.code != .cancelled { (current, lastFailure, attempts) = (nil, error, attempts + 1) }
            throw error
        }
    }

    private func usable(_ rejected: Token?) -> Token? {
        guard let current, current.id != rejected?.id else { return nil }
        return current.renewal.map { now() < $0 } ?? true ? current : nil
    }

    private func login() async throws(VIMError) -> Token {
        let (version, base) = try await versionedURL()
        let url = base + version.tokenPath
        guard let body = LoginBody.make(config, version) else {
            throw http.error(.configuration, "POST", url, "application credentials need Keystone's API version 3")
        }
        let response = try await http.send(
            "POST", url, headers: [("Content-Type", "application/json")], body: JSON.serialize(body))
        guard response.status == 200 || response.status == 201 else {
            self.base = nil
            var error = http.error(for: response, "POST", url, now: now())
            if response.status == 404 {
                error.reason += " (is vim_url the address of Keystone, such as http://host:5000/v3?)"
            }
            throw error
        }
        let document = try http.parse(response, "POST", url)
        let subject = response.header("X-Subject-Token")
        guard let token = Token(version, body: document, subject: subject, now: now()) else {
            throw http.error(.malformed, "POST", url, "the answer holds no token and user")
        }
        http.hide(token.id)
        guard !token.projectID.isEmpty else {
            throw http.error(.authentication, "POST", url, "the token is not bound to a project")
        }
        return token
    }

    /// The URL below which tokens are asked for. An unversioned one is discovered; the answer's own links are not
    /// used, since behind a proxy they often name hosts that only the cloud knows, and the password goes there.
    private func versionedURL() async throws(VIMError) -> (version: KeystoneVersion, url: String) {
        if let base { return base }
        let path = URLParts(url)?.path ?? ""
        if let named = KeystoneVersion(urlPath: path) { return (config.keystone ?? named, url) }
        let response = try await http.send("GET", url, headers: [])
        guard response.status < 500, response.status != 429 else {
            throw http.error(for: response, "GET", url, now: now())
        }
        let found: (version: KeystoneVersion, url: String)
        if response.status == 200 || response.status == 300, let document = try? JSON.parse(response.body),
            let best = KeystoneVersion.best(in: document)
        {
            let version = config.keystone ?? best.version
            found = (version, best.isHere ? url : "\(url)/\(version.rawValue)")
        } else {
            found = (config.keystone ?? .v2, url)
        }
        base = found
        return found
    }
}

extension AccountHTTP {
    /// The JSON of a success.
    func parse(_ response: HTTPResponse, _ method: String, _ url: String) throws(VIMError) -> Value {
        do {
            return try JSON.parse(response.body)
        } catch {
            let code = VIMError.Code(error)
            throw self.error(code, method, url, "\(error.reason); \(ErrorBody.beginning(of: response.body))")
        }
    }
}

extension String {
    var withoutTrailingSlashes: String {
        var text = self[...]
        while text.hasSuffix("/") { text.removeLast() }
        return String(text)
    }
}
