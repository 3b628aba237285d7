// SPDX-License-Identifier: Apache-2.0

import JSON
import NIOCore
import NIOPosix
import Simulator
import Testing
import Values

/// An HTTP client that sees the bytes: what a faulty server sends must not be repaired on the way.
struct RawClient: Sendable {
    let port: Int

    typealias Bytes = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Sends a request and gives all that comes back until the server closes.
    func send(
        _ path: String, method: String = "GET", headers: [(String, String)] = [], body: String = ""
    ) async throws -> RawResponse {
        try await exchange(method, path, headers: headers, body: body) { inbound in
            var received: [UInt8] = []
            do {
                for try await part in inbound { received += part.readableBytesView }
            } catch is IOError {
                // A reset connection ends an answer like a closed one.
            }
            return RawResponse(bytes: received)
        }
    }

    /// Sends a request and lends what comes back.
    func exchange<Result: Sendable>(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String = "",
        read: (NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Bytes(wrappingChannelSynchronously: channel) }
            }
        let lines =
            ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"]
            + headers.map { "\($0.0): \($0.1)" } + (body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"])
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            return try await read(inbound)
        }
    }

    func post(_ path: String, _ body: String) async throws -> RawResponse {
        try await send(path, method: "POST", body: body)
    }

    /// Logs in to a cloud with its own settings.
    func token(_ cloud: SimulatedCloud) async throws -> String {
        let answer = try await post("/v/\(cloud.name)/v3/auth/tokens", Self.login(cloud))
        return try #require(answer.headers["x-subject-token"])
    }

    static func login(_ cloud: SimulatedCloud, password: String? = nil, project: String? = nil) -> String {
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "\(cloud.settings.user)", \
        "password": "\(password ?? cloud.settings.password)", "domain": {"id": "default"}}}}, \
        "scope": {"project": {"name": "\(project ?? cloud.settings.project)", "domain": {"id": "default"}}}}}
        """
    }
}

/// What came back, taken apart as far as it can be.
struct RawResponse: Sendable {
    let bytes: [UInt8]
    let status: Int?
    let headers: [String: String]
    let body: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
        let end = bytes.indices.first { bytes[$0...].starts(with: [13, 10, 13, 10]) }
        let lines = String(decoding: bytes[..<(end ?? bytes.endIndex)], as: UTF8.self).split(separator: "\r\n")
        status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        headers = Dictionary(
            lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (parts[0].lowercased(), parts[1].trimmingPrefix(" ").description)
            }
        ) { first, _ in first }
        body = end.map { Array(bytes[($0 + 4)...]) } ?? []
    }

    var length: Int? { headers["content-length"].flatMap { Int($0) } }
    var text: String { String(decoding: body, as: UTF8.self) }

    func json() throws -> Value { try JSON.parse(body) }
}

/// Runs a server with clouds while `body` talks to it.
func withServer<Result: Sendable>(
    _ clouds: SimulatedCloud..., configuration: SimulatorServer.Configuration = .init(),
    body: (SimulatorServer, RawClient) async throws -> Result
) async throws -> Result {
    let server = SimulatorServer(configuration: configuration, clouds: clouds)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        let result = try await body(server, RawClient(port: try await server.boundPort))
        group.cancelAll()
        return result
    }
}

extension Value {
    var integer: Int? {
        switch self {
        case .int32(let value): Int(value)
        case .int64(let value): Int(value)
        default: nil
        }
    }

    var keys: Set<String> { Set((object?.members ?? []).map(\.key)) }
    var ids: [String] { (array ?? []).compactMap { $0["id"]?.string } }

    /// Equal in type and value, lists included.
    static func same(_ left: [Value], _ right: [Value]) -> Bool {
        Value.array(left).isIdentical(to: .array(right))
    }
}
