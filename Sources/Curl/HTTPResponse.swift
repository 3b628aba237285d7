// SPDX-License-Identifier: Apache-2.0

/// A complete answer.
package struct HTTPResponse: Sendable {
    package var status: Int
    /// In the order of the wire, names as they were written.
    package var headers: [(name: String, value: String)]
    /// Decoded; empty if a sink took it.
    package var body: [UInt8]
    /// Bytes of the body on the wire, before decoding.
    package var bytesReceived: Int
    /// No new connection was opened for this request.
    package var connectionReused: Bool
    /// From the request to the first byte of the answer.
    package var timeToFirstByte: Duration
    package var timeTotal: Duration

    package init(
        status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], bytesReceived: Int = 0,
        connectionReused: Bool = false, timeToFirstByte: Duration = .zero, timeTotal: Duration = .zero
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.bytesReceived = bytesReceived
        self.connectionReused = connectionReused
        self.timeToFirstByte = timeToFirstByte
        self.timeTotal = timeTotal
    }

    /// The first header of that name, letter case ignored.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
