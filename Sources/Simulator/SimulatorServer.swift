// SPDX-License-Identifier: Apache-2.0

import Glibc
import HTTPTypes
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Support

/// An HTTP server with any number of simulated clouds: cloud NAME's Keystone is `http://host:port/v/NAME/v3`, or `https`
/// with TLS, and `/control` changes clouds and sets faults.
package final class SimulatorServer: Sendable {
    package struct Configuration: Sendable {
        package var host: String
        /// 0 takes a free port.
        package var port: Int
        package var tls: SimulatorTLS?
        /// Quiet unless told.
        package var logger: Logger
        /// Seconds since 1970, for the life of tokens and nothing else.
        package var now: @Sendable () -> Double
        /// Waits so many seconds, for faults of latency.
        package var sleep: @Sendable (Double) async throws -> Void

        package init(
            host: String = "127.0.0.1", port: Int = 0, tls: SimulatorTLS? = nil,
            logger: Logger = Logger(label: "simulator", factory: { _ in SwiftLogNoOpLogHandler() }),
            now: @escaping @Sendable () -> Double = SimulatorServer.wallClock,
            sleep: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
        ) {
            self.host = host
            self.port = port
            self.tls = tls
            self.logger = logger
            self.now = now
            self.sleep = sleep
        }

        var scheme: String { tls == nil ? "http" : "https" }
    }

    package let configuration: Configuration
    package let faults = FaultBook()
    private let port = Promise<Int>()
    private let door = Door()
    /// Seconds after which the next refusal ends by itself; 0: it does not.
    private let refusals = Locked(0.0)
    private let state: Locked<(clouds: [String: SimulatedCloud], counters: Counters)>

    package init(configuration: Configuration = Configuration(), clouds: [SimulatedCloud] = []) {
        self.configuration = configuration
        state = Locked((Dictionary(clouds.map { ($0.name, $0) }) { _, last in last }, Counters()))
    }

    package static let wallClock: @Sendable () -> Double = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The port, as soon as the server listens. Throws if it cannot, or if the waiting task is cancelled.
    package var boundPort: Int { get async throws { try await port.value } }

    /// `http://host:port`, or `https` with TLS, as soon as the server listens.
    package var baseURL: String {
        get async throws { "\(configuration.scheme)://\(configuration.host):\(try await boundPort)" }
    }

    /// In order of their names.
    package var clouds: [SimulatedCloud] {
        state.withLock { Array($0.clouds.values) }.sorted { $0.name < $1.name }
    }

    package var counters: Counters { state.withLock { $0.counters } }

    package func resetCounters() { state.withLock { $0.counters = Counters() } }

    package func cloud(named name: String) -> SimulatedCloud? { state.withLock { $0.clouds[name] } }

    /// Adds a cloud, in the place of one of the same name.
    package func add(_ cloud: SimulatedCloud) { state.withLock { $0.clouds[cloud.name] = cloud } }

    /// Serves until the task is cancelled or a graceful shutdown begins.
    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { [self] in
                while !Task.isCancelled {
                    let (isOpen, changed) = door.wish
                    if isOpen { try await listen(until: changed) } else { try await refuse(until: changed) }
                }
            }
        } catch is CancellationError {
            // What was asked for.
        } catch {
            port.fail(error)
            throw error
        }
        port.fail(
            SimulatorError(.notListening, attempted: "listen", subject: configuration.host, reason: "server stopped"))
    }

    /// Refuses connections and closes those that are open, until `accept`. Returns when it is so.
    package func refuse() async throws { try await door.want(open: false) }

    /// Takes connections again, on the same port. Returns when it does.
    package func accept() async throws { try await door.want(open: true) }

    /// Refuses connections for so many seconds, once the request that asked for it is answered.
    func refuse(for seconds: Double) { refusals.withLock { $0 = seconds } }

    func beginRefusal() {
        if refusals.withLock({ $0 > 0 }) { door.want(false) }
    }

    private func refuse(until changed: Promise<Void>) async throws {
        door.turned(open: false)
        let seconds = refusals.withLock { seconds in
            defer { seconds = 0 }
            return seconds
        }
        guard seconds > 0 else { return try await changed.value }
        try await configuration.sleep(seconds)
        door.want(true)
    }

    private func listen(until changed: Promise<Void>) async throws {
        let http = HTTP1Channel { [self] request, writer, channel in
            try await respond(to: request, with: writer, on: channel)
        }
        let server = SimulatorChannel(http: http, tls: configuration.tls).server(
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: port.known ?? configuration.port), backlog: 1024),
            onServerRunning: { [port, door] channel in
                if let number = channel.localAddress?.port { port.fulfil(number) }
                door.turned(open: true)
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: configuration.logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run() }
            group.addTask { try await changed.value }
            _ = try await group.next()
            group.cancelAll()
        }
    }

    func count<Result: Sendable>(_ body: (inout Counters) -> Result) -> Result {
        state.withLock { body(&$0.counters) }
    }
}
