// SPDX-License-Identifier: Apache-2.0

/// The tokens that a cloud's Keystone handed out.
struct TokenStore: Sendable {
    /// When each token expires, in seconds since 1970, and for which project it is.
    private var tokens: [String: (expiry: Double, project: String)] = [:]
    private var generator: SeededGenerator
    private(set) var issued = 0

    init(cloud: String) { generator = SeededGenerator(seed: 4, text: cloud) }

    /// A new token; forgets the expired ones on the way.
    mutating func issue(at now: Double, lifetime: Double, project: String) -> String {
        if tokens.count > 1000 { tokens = tokens.filter { $0.value.expiry > now } }
        let token = "gAAAAAB" + generator.hex(160)
        tokens[token] = (now + lifetime, project)
        issued += 1
        return token
    }

    /// The project of a token that is valid; `nil` for any other.
    func project(of token: String?, at now: Double) -> String? {
        guard let token, let known = tokens[token], now < known.expiry else { return nil }
        return known.project
    }

    mutating func revokeAll() { tokens.removeAll() }
}
