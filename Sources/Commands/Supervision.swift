// SPDX-License-Identifier: Apache-2.0

import Curl
import Logging
import Records
import ServiceLifecycle
import Settings
import UnixSignals

extension Application {
    /// Runs a service until it ends or a signal stops it, then closes what the application opened. Those beside it are
    /// stopped after it.
    ///
    /// The first SIGTERM or SIGINT begins a graceful shutdown; the second, or the end of `shutdown.grace`, cancels.
    func supervise(_ service: any Service, beside others: [any Service] = []) async throws {
        var configuration = ServiceGroupConfiguration(
            services: others.map { .init(service: $0) }
                + [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = settings.shutdown.grace
        let group = ServiceGroup(configuration: configuration)
        let outcome = await Self.run(group, logger: logger)
        await close()
        try outcome.get()
    }

    /// Closes what the application opened.
    package func close() async {
        await loop.shutdown()
        await store.close()
    }

    /// The group under our own signals: it would take the first one only.
    private static func run(_ group: ServiceGroup, logger: Logger) async -> Result<Void, any Error> {
        await withTaskGroup(of: Result<Void, any Error>?.self) { tasks in
            let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
            tasks.addTask {
                do {
                    try await group.run()
                    return .success(())
                } catch is CancellationError {
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
            tasks.addTask {
                var isStopping = false
                for await signal in signals {
                    if isStopping {
                        logger.warning("\(signal) again: cancelling")
                        return nil
                    }
                    isStopping = true
                    logger.notice("\(signal): stopping; what is under way is finished")
                    await group.triggerGracefulShutdown()
                }
                return .success(())
            }
            let first = await tasks.next() ?? nil
            tasks.cancelAll()
            if let first { return first }
            // Cancelled by the second signal: the group's own end tells what became of it.
            return await tasks.next()?.map { $0 } ?? .success(())
        }
    }
}

/// A service made of a closure.
struct ClosureService: Service {
    private let body: @Sendable () async throws -> Void

    init(_ body: @escaping @Sendable () async throws -> Void) { self.body = body }

    func run() async throws { try await body() }
}
