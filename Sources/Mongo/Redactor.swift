// SPDX-License-Identifier: Apache-2.0

/// Keeps the password, as given and as a connection string spells it, out of what the driver says.
struct Redactor: Sendable {
    private let secrets: [String]

    init(_ settings: MongoSettings) {
        var secrets = [settings.password].compactMap(\.self)
        if let userInfo = settings.uri.flatMap(Self.userInfo) {
            secrets.append(userInfo)
            if let colon = userInfo.firstIndex(of: ":") {
                let password = String(userInfo[userInfo.index(after: colon)...])
                secrets += [password, Self.percentDecoded(password)]
            }
        }
        self.secrets = secrets.filter { !$0.isEmpty }.sorted { $0.utf8.count > $1.utf8.count }
    }

    func redact(_ text: String) -> String {
        var text = Substring(text)
        var result = ""
        while let character = text.first {
            if let secret = secrets.first(where: { text.hasPrefix($0) }) {
                result += "<redacted>"
                text = text.dropFirst(secret.count)
            } else {
                result.append(character)
                text = text.dropFirst()
            }
        }
        return result
    }

    /// What stands between "://" and the last "@" before the options: even in a connection string that is malformed.
    private static func userInfo(_ uri: String) -> String? {
        let afterScheme = uri.split(separator: "://", maxSplits: 1).last ?? Substring(uri)
        guard let end = afterScheme.lastIndex(of: "@") else { return nil }
        return String(afterScheme[..<end])
    }

    private static func percentDecoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let code = UInt8(String(rest.prefix(2)) ?? "", radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
