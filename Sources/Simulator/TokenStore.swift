// SPDX-License-Identifier: Apache-2.0

/// The tokens that a cloud's Keystone handed out.
struct TokenStore: Sendable {
    /// Seconds since 1970 at which each token expires.
    private var expiry: [String: Double] = [:]
    private var generator: SeededGenerator
    private(set) var issued = 0

    init(cloud: String) { generator = SeededGenerator(seed: 4, text: cloud) }

    /// A new token; forgets the expired ones on the way.
    mutating func issue(at now: Double, lifetime: Double) -> String {
        if expiry.count > 1000 { expiry = expiry.filter { $0.value > now } }
        let token = "gAAAAAB" + generator.hex(160)
        expiry[token] = now + lifetime
        issued += 1
        return token
    }

    func isValid(_ token: String?, at now: Double) -> Bool {
        guard let token, let end = expiry[token] else { return false }
        return now < end
    }

    mutating func revokeAll() { expiry.removeAll() }
}
