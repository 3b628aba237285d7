// SPDX-License-Identifier: Apache-2.0

import Foundation
import Support
package import TLSServer

/// An HTTP server on a free port of 127.0.0.1 that does what a test tells it, one blocking thread per connection.
package final class TestServer: Sendable {
    package typealias Handler = @Sendable (TestRequest) -> TestReply

    private struct State {
        var requests: [TestRequest] = []
        var sockets: Set<Int32> = []
        var connections = 0
        var isStopped = false
        var waiting: [Waiter] = []
    }

    private final class Waiter: @unchecked Sendable {
        // Sendable: touched only under the lock of the state that it belongs to.
        let count: Int
        var isCancelled = false
        var continuation: CheckedContinuation<Void, Never>?

        init(count: Int) { self.count = count }
    }

    private final class Shared: Sendable {
        let state = Locked(State())
        let handler: Handler
        let tls: TLSContext?

        init(_ handler: @escaping Handler, _ tls: TLSContext?) {
            self.handler = handler
            self.tls = tls
        }
    }

    package let port: UInt16
    private let listener: Int32
    private let shared: Shared

    package init(tls: TLSContext? = nil, _ handler: @escaping Handler) throws {
        (listener, port) = try TestSocket.listen()
        shared = Shared(handler, tls)
        Thread.detachNewThread { [shared, listener] in Self.accept(listener, shared) }
    }

    deinit { stop() }

    package var url: String { "\(shared.tls == nil ? "http" : "https")://127.0.0.1:\(port)" }
    package var requests: [TestRequest] { shared.state.withLock { $0.requests } }
    package var connections: Int { shared.state.withLock { $0.connections } }

    /// Returns when so many requests have arrived since the start, or when the task is cancelled: a test whose time is
    /// over must not hang.
    package func arrival(of count: Int) async {
        let waiter = Waiter(count: count)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = shared.state.withLock { state in
                    guard state.requests.count < count, !waiter.isCancelled else { return true }
                    waiter.continuation = continuation
                    state.waiting.append(waiter)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            shared.state.withLock { state in
                waiter.isCancelled = true
                state.waiting.removeAll { $0 === waiter }
                return waiter.continuation.take()
            }?.resume()
        }
    }

    /// Refuses connections from now on and breaks those that are open.
    package func stop() {
        shared.state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            // Under the lock: what is closed meanwhile may already be somebody else's descriptor.
            for socket in state.sockets.union([listener]) { TestSocket.shutdown(socket) }
        }
    }

    private static func accept(_ listener: Int32, _ shared: Shared) {
        defer { TestSocket.close(listener) }
        while let socket = TestSocket.accept(listener) {
            let number = shared.state.withLock { state -> Int? in
                guard !state.isStopped else { return nil }
                state.sockets.insert(socket)
                state.connections += 1
                return state.connections
            }
            guard let number else { return TestSocket.close(socket) }
            Thread.detachNewThread { serve(socket, number, shared) }
        }
    }

    private static func serve(_ socket: Int32, _ number: Int, _ shared: Shared) {
        if let stream = TestStream(socket, shared.tls) { serve(TestConnection(stream, number), shared) }
        shared.state.withLock { state in
            state.sockets.remove(socket)
            TestSocket.close(socket)
        }
    }

    private static func serve(_ connection: TestConnection, _ shared: Shared) {
        var connection = connection
        while let request = connection.nextRequest() {
            let arrived = shared.state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.requests.append(request)
                let count = state.requests.count
                defer { state.waiting.removeAll { $0.count <= count } }
                return state.waiting.filter { $0.count <= count }.compactMap { $0.continuation.take() }
            }
            for continuation in arrived { continuation.resume() }
            guard connection.perform(shared.handler(request)) else { break }
        }
    }
}
