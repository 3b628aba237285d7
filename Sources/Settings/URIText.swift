// SPDX-License-Identifier: Apache-2.0

import Support

/// Looks at URIs with the suspicion that an operator forgot to escape a password: whatever stands before the last "@"
/// counts as user and password, even if it holds "/", "?" or another "@".
enum URIText {
    static func isValid(_ text: String, schemes: [String]) -> Bool {
        guard let (scheme, rest) = split(text) else { return false }
        return schemes.contains(scheme.lowercased()) && !rest.isEmpty
            && !text.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7F }
    }

    static func holdsPassword(_ text: String) -> Bool {
        guard let (_, rest) = split(text) else { return true }
        let (user, address) = splitUser(rest)
        return (user?.contains(":") ?? false) || options(address).contains { isSecret($0) }
    }

    /// The URI without user and password, and without the values of options that may be secret.
    static func redacted(_ text: String) -> String {
        guard let (scheme, rest) = split(text) else { return Secret.mask }
        let address = splitUser(rest).address
        guard let question = address.firstIndex(of: "?") else { return "\(scheme)://\(address)" }
        let options = options(address).map { option in
            isSecret(option) ? option.prefix { $0 != "=" } + "=\(Secret.mask)" : option
        }
        return "\(scheme)://\(address[...question])\(options.joined(separator: "&"))"
    }

    private static func split(_ text: String) -> (scheme: Substring, rest: Substring)? {
        guard let separator = text.firstRange(of: "://") else { return nil }
        return (text[..<separator.lowerBound], text[separator.upperBound...])
    }

    private static func splitUser(_ rest: Substring) -> (user: Substring?, address: Substring) {
        guard let at = rest.lastIndex(of: "@") else { return (nil, rest) }
        return (rest[..<at], rest[rest.index(after: at)...])
    }

    private static func options(_ address: Substring) -> [Substring] {
        guard let question = address.firstIndex(of: "?") else { return [] }
        return address[address.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false)
    }

    /// MongoDB's options with secrets: `tlsCertificateKeyFilePassword`, `authMechanismProperties` (session tokens).
    private static func isSecret(_ option: Substring) -> Bool {
        let name = option.prefix { $0 != "=" }.lowercased()
        return name.contains("password") || name.contains("mechanismproperties")
    }
}
