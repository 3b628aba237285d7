// SPDX-License-Identifier: Apache-2.0

/// A request as the simulated services see it.
struct IncomingRequest: Sendable {
    let method: String
    /// The path as sent, without the query.
    let path: String
    /// The query as sent, without "?"; `nil` without a query.
    let query: String?
    /// Scheme, host and port under which the client reached the server.
    let origin: String
    /// The first value of a header, by lower-case name.
    let header: @Sendable (String) -> String?
    var body: [UInt8] = []

    /// `name=value` pairs of the query in their order, undecoded except for percent escapes.
    var parameters: [(name: String, value: String)] {
        (query ?? "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : "")
        }
    }

    func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// Decodes percent escapes and "+".
    static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"),
                let code = UInt8(rest.prefix(2).map { String(UnicodeScalar($0)) }.joined(), radix: 16),
                rest.count >= 2
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The query with some parameters left out, others appended, as OpenStack builds its links.
    func query(without names: Set<String>, adding pairs: [String]) -> String {
        let kept = (query ?? "").split(separator: "&").filter { pair in
            !names.contains(String(pair.prefix { $0 != "=" }))
        }
        return (kept.map(String.init) + pairs).joined(separator: "&")
    }
}
