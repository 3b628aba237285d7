// SPDX-License-Identifier: Apache-2.0

import CCurl

/// The parts of an absolute http or https URL as libcurl understands them; `nil` for anything else.
package struct URLParts: Sendable, Equatable {
    package var scheme: String
    package var host: String
    /// The scheme's own port if the URL names none.
    package var port: String
    /// At least "/".
    package var path: String
    /// Without the question mark.
    package var query: String?

    package init?(_ text: String) {
        guard let url = curl_url() else { return nil }
        defer { curl_url_cleanup(url) }
        func part(_ which: CURLUPart, _ flags: Int32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(url, which, &value, UInt32(flags)) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        guard !text.utf8.contains(0), curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = part(CURLUPART_SCHEME), scheme == "http" || scheme == "https",
            let host = part(CURLUPART_HOST), let port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT),
            let path = part(CURLUPART_PATH)
        else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        query = part(CURLUPART_QUERY)
    }
}

extension String {
    /// A URL fit for logs: user and password are left out, and so are the values of query items whose name sounds
    /// secret. Works on malformed text too.
    package var withoutURLSecrets: String {
        guard utf8.contains(where: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "?") }) else { return self }
        let start = firstRange(of: "://")?.upperBound ?? startIndex
        let authorityEnd = self[start...].firstIndex { "/?#".contains($0) } ?? endIndex
        let host = self[start..<authorityEnd].lastIndex(of: "@").map(index(after:)) ?? start
        let beforeQuery = self[host...].firstIndex(of: "?") ?? endIndex
        var text = self[..<start] + self[host..<beforeQuery]
        guard beforeQuery < endIndex else { return String(text) }
        let items = self[index(after: beforeQuery)...].split(separator: "&", omittingEmptySubsequences: false).map {
            item in
            guard let equals = item.firstIndex(of: "=") else { return item }
            let name = item[..<equals].lowercased()
            let isSecret = ["token", "password", "secret", "key", "signature"].contains { name.contains($0) }
            return isSecret ? item[...equals] + "<redacted>" : item
        }
        text += "?" + items.joined(separator: "&")
        return String(text)
    }

    /// RFC 3986: everything but unreserved characters as %XX of its UTF-8 bytes.
    package var percentEncoded: String {
        var text: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func firstRange(of text: String) -> Range<Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(text) { return index..<self.index(index, offsetBy: text.count) }
            formIndex(after: &index)
        }
        return nil
    }
}
