// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// What the body of a failed request says, for people and for the few rules that depend on it.
///
/// Shapes met: `{"error": {"message"}}` (Keystone), `{"itemNotFound": {"code", "message"}}` and the like (Nova),
/// `{"NeutronError": {"type", "message"}}`, `{"message", "code": "404 Not Found", "title"}` (a path that no service
/// knows), HTML of proxies, nothing. Whoever shows it takes out secrets first and shortens it then: half a secret would
/// not be found.
struct ErrorBody {
    /// Nova's or Neutron's name of the fault: the only member of the object.
    let fault: String?
    /// Neutron's `type`, such as "PortNotFound".
    let type: String?
    let text: String

    init(_ body: [UInt8]) {
        let object = (try? JSON.parse(body))?.object
        let only = object.flatMap { $0.count == 1 ? $0.members[0] : nil }
        fault = only?.value.object == nil ? nil : only?.key
        type = only?.value["type"]?.string
        let message = only?.value["message"]?.string ?? object?["message"]?.string ?? only?.value.string
        text = message.map { Self.line($0) } ?? Self.beginning(of: body)
    }

    /// The beginning of a body of unknown content, on one line.
    static func beginning(of body: [UInt8]) -> String {
        body.isEmpty
            ? "empty body" : "the body begins with \"\(line(String(decoding: body.prefix(4096), as: UTF8.self)))\""
    }

    private static func line(_ text: String) -> String {
        let words = text.split { $0.isWhitespace || $0.isNewline || $0 == "\0" }.joined(separator: " ")
        let printable = words.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint && $0.value >= 0x20 }
        return String(String.UnicodeScalarView(printable))
    }
}
