// SPDX-License-Identifier: Apache-2.0

/// What a client sent.
package struct TestRequest: Sendable {
    package var method: String
    /// Path and query, as on the wire.
    package var target: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// Counted from 1 in the order of acceptance.
    package var connection: Int

    package var path: String { String(target.prefix { $0 != "?" }) }

    /// The items of the query as they were written.
    package var query: [String: String] {
        let items = target.split(separator: "?", maxSplits: 1).dropFirst().first?.split(separator: "&") ?? []
        return items.reduce(into: [:]) { query, item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
    }

    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// What the server does in answer to a request. The connection stays open afterwards unless a step ends it.
package struct TestReply: Sendable {
    package enum Step: Sendable {
        case send([UInt8])
        /// Waits until the gate is open.
        case wait(TestGate)
        /// Sends nothing more and waits until the client closes the connection.
        case hang
        /// Ends the connection in an orderly way.
        case close
        /// Ends the connection with a TCP reset.
        case reset
    }

    package var steps: [Step]

    package init(_ steps: [Step]) { self.steps = steps }

    package static func raw(_ text: String) -> TestReply { TestReply([.send(Array(text.utf8))]) }

    package static func body(
        _ status: Int = 200, _ body: some Collection<UInt8>, type: String = "application/json",
        headers: [(String, String)] = []
    ) -> TestReply {
        let lines = [("Content-Type", type), ("Content-Length", String(body.count))] + headers
        let head = "HTTP/1.1 \(status) Test\r\n" + lines.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
        return TestReply([.send(Array(head.utf8) + body)])
    }

    package static func text(
        _ status: Int = 200, _ text: String, type: String = "application/json", headers: [(String, String)] = []
    ) -> TestReply {
        body(status, Array(text.utf8), type: type, headers: headers)
    }

    /// Announces a whole body, sends its beginning, and closes.
    package static func cut(_ text: String, after count: Int) -> TestReply {
        let head = "HTTP/1.1 200 Test\r\nContent-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
        return TestReply([.send(Array(head.utf8) + text.utf8.prefix(count)), .close])
    }
}
