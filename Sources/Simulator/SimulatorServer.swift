// SPDX-License-Identifier: Apache-2.0

import Glibc
import HTTPTypes
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Support

/// An HTTP server with any number of simulated clouds: cloud NAME's Keystone is `http://host:port/v/NAME/v3`, and
/// `/control` changes clouds and sets faults.
package final class SimulatorServer: Sendable {
    package struct Configuration: Sendable {
        package var host: String
        /// 0 takes a free port.
        package var port: Int
        /// Quiet unless told.
        package var logger: Logger
        /// Seconds since 1970, for the life of tokens and nothing else.
        package var now: @Sendable () -> Double
        /// Waits so many seconds, for faults of latency.
        package var sleep: @Sendable (Double) async throws -> Void

        package init(
            host: String = "127.0.0.1", port: Int = 0,
            logger: Logger = Logger(label: "simulator", factory: { _ in SwiftLogNoOpLogHandler() }),
            now: @escaping @Sendable () -> Double = SimulatorServer.wallClock,
            sleep: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
        ) {
            self.host = host
            self.port = port
            self.logger = logger
            self.now = now
            self.sleep = sleep
        }
    }

    package let configuration: Configuration
    package let faults = FaultBook()
    private let port = Promise<Int>()
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

    /// `http://host:port`, as soon as the server listens.
    package var baseURL: String { get async throws { "http://\(configuration.host):\(try await boundPort)" } }

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
        let http = HTTP1Channel { [self] request, writer, channel in
            try await respond(to: request, with: writer, on: channel)
        }
        let server = http.server(
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1024),
            onServerRunning: { [port] channel in
                if let number = channel.localAddress?.port { port.fulfil(number) }
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: configuration.logger)
        do {
            try await cancelWhenGracefulShutdown { try await server.run() }
        } catch {
            port.fail(error)
            throw error
        }
        port.fail(
            SimulatorError(.notListening, attempted: "listen", subject: configuration.host, reason: "server stopped"))
    }

    func count<Result: Sendable>(_ body: (inout Counters) -> Result) -> Result {
        state.withLock { body(&$0.counters) }
    }
}
