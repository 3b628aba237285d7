// SPDX-License-Identifier: Apache-2.0

import Curl
import Support
import TLSServer
import TestHTTP
import Testing

/// A loop and a server for one test. Proxies of the environment are left aside.
func withServer(
    settings: CurlLoop.Settings = CurlLoop.Settings(), tls: TLSContext? = nil, _ handler: @escaping TestServer.Handler,
    _ body: (CurlLoop, TestServer) async throws -> Void
) async throws {
    let server = try TestServer(tls: tls, handler)
    let loop = try CurlLoop(settings)
    defer { server.stop() }
    do {
        try await body(loop, server)
    } catch {
        await loop.shutdown()
        throw error
    }
    await loop.shutdown()
}

func get(_ url: String, _ change: (inout HTTPRequest) -> Void = { _ in }) -> HTTPRequest {
    var request = HTTPRequest("GET", url)
    request.proxy = ""
    // What a test does not ask for must not happen because the machine is busy.
    request.timeouts = HTTPRequest.Timeouts(connect: .seconds(600), stall: .seconds(600), whole: .seconds(600))
    change(&request)
    return request
}

extension HTTPError.Code {
    /// The name of the case.
    var name: String { String("\(self)".prefix { $0 != "(" }) }
}

/// The error of a request that must fail.
func failure(_ loop: CurlLoop, _ request: HTTPRequest, sink: (any BodySink)? = nil) async throws -> HTTPError {
    let status: Int
    do throws(HTTPError) {
        status = try await loop.send(request, body: sink).status
    } catch {
        return error
    }
    throw UnexpectedSuccess(status: status)
}

struct UnexpectedSuccess: Error { let status: Int }

/// Keeps what it gets, and may refuse.
final class Recorder: BodySink {
    struct Refusal: Error, Equatable { let after: Int }

    struct Record {
        var begun: [String] = []
        var body: [UInt8] = []
        var chunks = 0
    }

    let record = Locked(Record())
    private let limit: Int?

    /// - Parameter limit: throws once more bytes than that have arrived.
    init(limit: Int? = nil) { self.limit = limit }

    func begin(status: Int, contentType: String?) {
        record.withLock { $0.begun.append("\(status) \(contentType ?? "-")") }
    }

    func receive(_ chunk: UnsafeRawBufferPointer) throws {
        let bytes = Array(chunk)
        let count = record.withLock {
            $0.body += bytes
            $0.chunks += 1
            return $0.body.count
        }
        if let limit, count > limit { throw Refusal(after: limit) }
    }
}
