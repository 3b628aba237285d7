// SPDX-License-Identifier: Apache-2.0

import Glibc
import Support

/// HTTP for the whole process: one thread of its own that drives all transfers through one libcurl multi handle, which
/// also keeps their connections alive.
package final class CurlLoop: Sendable {
    package struct Settings: Sendable {
        /// Open connections to all servers together, kept ones included.
        package var maxConnections: Int
        /// 0: no limit. Waiting for a connection counts against a request's timeout.
        package var maxPerHost: Int
        /// A connection unused for longer is not used again; below the idle timeout of load balancers.
        package var maxIdle: Duration

        package init(maxConnections: Int = 128, maxPerHost: Int = 0, maxIdle: Duration = .seconds(50)) {
            self.maxConnections = maxConnections
            self.maxPerHost = maxPerHost
            self.maxIdle = maxIdle
        }
    }

    package struct Counters: Sendable {
        /// Finished in any way.
        package var requests = 0
        package var failures = 0
        /// Of bodies, on the wire.
        package var bytesReceived = 0
        package var connectionsOpened = 0
        package var inFlight = 0
    }

    private let engine: CurlEngine
    private let thread: Locked<pthread_t?>

    /// Starts the thread.
    ///
    /// - Throws: `HTTPError` (`other`) if libcurl or the system refuses.
    package init(_ settings: Settings = Settings()) throws(HTTPError) {
        engine = try CurlEngine(settings)
        var thread = pthread_t()
        let started = Unmanaged.passRetained(engine)
        let code = pthread_create(&thread, nil, { CurlEngine.main($0) }, started.toOpaque())
        guard code == 0 else {
            started.release()
            throw HTTPError(.other(Int(code)), HTTPRequest("START", "curl"), "no thread: error \(code)")
        }
        self.thread = Locked(thread)
    }

    deinit {
        engine.post(.stop(nil))
        if let thread = thread.withLock({ $0.take() }) { pthread_detach(thread) }
    }

    package var counters: Counters { engine.counters.withLock { $0 } }

    /// Sends a request and waits for the complete answer.
    ///
    /// Cancelling the task removes the transfer at once.
    ///
    /// - Parameter sink: gets the body of an answer with status 200 as it arrives; every other body is in the response.
    /// - Throws: `HTTPError`. An answer of any status is no error.
    package func send(_ request: HTTPRequest, body sink: (any BodySink)? = nil) async throws(HTTPError) -> HTTPResponse
    {
        let transfer = Transfer(request, sink)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.await(continuation)
                if !engine.post(.start(transfer)) { transfer.resume(.failure(.stopped(request))) }
            }
        } onCancel: {
            engine.post(.cancel(transfer))
        }
        return try transfer.outcome.get()
    }

    /// Cancels every transfer and returns when the thread has ended. Later requests fail as cancelled.
    package func shutdown() async {
        await withCheckedContinuation { continuation in
            if !engine.post(.stop(continuation)) { continuation.resume() }
        }
        // Resumed as the last act of the thread: joining does not wait.
        if let thread = thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
    }
}

extension HTTPError {
    static func stopped(_ request: HTTPRequest) -> HTTPError {
        HTTPError(.cancelled, request, "HTTP has been shut down")
    }
}
