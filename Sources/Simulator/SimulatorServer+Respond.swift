// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import HummingbirdCore
import NIOCore

extension SimulatorServer {
    /// No login or control request comes near it.
    private static let largestBody = 1 << 20

    // Concurrent, as Hummingbird's writer is: it is handed over, never shared.
    @concurrent
    func respond(to request: Request, with writer: consuming ResponseWriter, on channel: any Channel) async throws {
        let incoming = try await incoming(request)
        guard let route = Route(path: incoming.path) else {
            let answer =
                incoming.path.hasPrefix("/control")
                ? Control(server: self).answer(incoming) : .problem(404, "no such path")
            // Who has the answer must find no connection of before, or the new certificate might not be seen.
            await configuration.tls?.closeOutdated(except: channel)
            // Not counted: nobody's work but that of whoever controls the clouds.
            try await writer.write(response: Self.head(answer), body: ResponseBody(byteBuffer: answer.body))
            await configuration.tls?.closeOutdated()
            return beginRefusal()
        }
        let number = count { $0.count(route) }
        let plan = FaultPlan(faults.due(for: route, incoming, now: configuration.now()))
        if plan.delay > 0 { try await configuration.sleep(plan.delay) }
        if case .dropped = plan.delivery { return try await channel.close() }
        if case .reset = plan.delivery { return try await channel.reset() }
        var answer = plan.answer ?? self.answer(route, incoming, twist: plan.twist)
        plan.spoil(&answer)
        answer.headers.append(("X-Openstack-Request-Id", Self.requestID(number)))
        count { $0.count(status: answer.status) }
        switch plan.delivery {
        case .truncated(let fraction):
            let (head, part) = Self.split(answer, after: fraction)
            var body = try await writer.writeHead(head)
            try await body.write(part)
            count { $0.count(bytes: part.readableBytes) }
            // Flushes what was written, then closes: the rest that Content-Length promised never comes.
            try await channel.close(mode: .output)
            try await channel.close()
        case .stalled(let fraction, let released):
            let (head, part) = Self.split(answer, after: fraction)
            let rest = answer.body.getSlice(
                at: answer.body.readerIndex + part.readableBytes, length: answer.body.readableBytes - part.readableBytes
            )
            var body = try await writer.writeHead(head)
            try await body.write(part)
            try await Self.wait(for: released, orEndOf: channel)
            if let rest { try await body.write(rest) }
            count { $0.count(bytes: answer.body.readableBytes) }
            try await body.finish(nil)
        case .trickled(let speed):
            var body = try await writer.writeHead(Self.head(answer))
            var rest = answer.body
            let size = max(1, Int(speed / Self.piecesPerSecond))
            // Writing fails when the client has left.
            while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
                try await body.write(piece)
                try await configuration.sleep(Double(size) / speed)
            }
            count { $0.count(bytes: answer.body.readableBytes) }
            try await body.finish(nil)
        case .whole, .dropped, .reset: try await send(answer, writer)
        }
    }

    /// Not through Hummingbird's handler of closed connections: it ends the process if the request's task is cancelled
    /// before it has read the request to its end.
    private static func wait(for released: Promise<Void>, orEndOf channel: any Channel) async throws {
        let left = Promise<Void>()
        channel.closeFuture.whenComplete { _ in left.fulfil(()) }
        try await withThrowingTaskGroup { group in
            group.addTask { try await released.value }
            group.addTask { try await left.value }
            _ = try await group.next()
            group.cancelAll()
        }
    }

    /// How finely a trickle is divided.
    private static let piecesPerSecond = 10.0

    private static func requestID(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "req-00000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    private func incoming(_ request: Request) async throws -> IncomingRequest {
        let target = (request.head.path ?? "/").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let fields = request.headers
        var incoming = IncomingRequest(
            method: request.method.rawValue, path: String(target[0]), query: target.count > 1 ? String(target[1]) : nil,
            origin: "\(configuration.scheme)://\(request.head.authority ?? configuration.host)",
            header: { name in HTTPField.Name(name).flatMap { fields[$0] } })
        if request.method != .get {
            incoming.body = Array(try await request.body.collect(upTo: Self.largestBody).readableBytesView)
        }
        return incoming
    }

    @concurrent
    private func send(_ answer: Answer, _ writer: consuming ResponseWriter) async throws {
        try await writer.write(response: Self.head(answer), body: ResponseBody(byteBuffer: answer.body))
        count { $0.count(bytes: answer.body.readableBytes) }
    }

    /// The head of an answer, and the part of its body that a fault lets through.
    private static func split(_ answer: Answer, after fraction: Double) -> (HTTPResponse, ByteBuffer) {
        let length = Int(Double(answer.body.readableBytes) * min(1, max(0, fraction)))
        return (head(answer), answer.body.getSlice(at: answer.body.readerIndex, length: length) ?? ByteBuffer())
    }

    private static func head(_ answer: Answer) -> HTTPResponse {
        var fields: HTTPFields = [
            .contentType: answer.contentType, .contentLength: String(answer.body.readableBytes),
        ]
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { fields[name] = header.value }
        }
        return HTTPResponse(status: .init(code: answer.status), headerFields: fields)
    }
}
