// SPDX-License-Identifier: Apache-2.0

import Curl
import Foundation
package import Logging
import Mongo
import OpenStack
import Pipeline
import Records
import ServiceLifecycle
package import Settings
import Support
import Values

/// The parts of the service, put together from settings.
package struct Application: Sendable {
    let settings: Settings
    let store: any RecordStore
    let loop: CurlLoop
    let lease: WriterLease?
    let pipeline: Pipeline
    let logger: Logger

    static let wallClock: @Sendable () -> Double = { Date().timeIntervalSince1970 }

    /// Opens the store that the settings name. Nothing is asked of a database yet.
    package static func make(_ settings: Settings, logger: Logger) async throws -> Application {
        Application(settings, store: try makeStore(settings, logger), loop: try CurlLoop(settings.curl), logger: logger)
    }

    init(_ settings: Settings, store: any RecordStore, loop: CurlLoop, logger: Logger) {
        self.settings = settings
        self.store = store
        self.loop = loop
        self.logger = logger
        let configuration = PipelineConfiguration(settings)
        lease = configuration.leaseTTL.map { ttl in
            WriterLease(store: store, owner: Self.instanceName, ttl: ttl, now: Self.wallClock, logger: logger)
        }
        let journal =
            settings.reconcile.followChanges ? ChangeJournal(store: store, now: Self.wallClock, logger: logger) : nil
        let digestKey = DigestKey.random()
        let registry = VIMConnectorRegistry([
            "openstack": OpenStackVIM.factory(loop: loop, settings: OpenStackSettings(settings), now: Self.wallClock)
        ])
        pipeline = Pipeline(
            configuration: configuration,
            discovery: Discovery(
                store: store, journal: journal, registry: registry, commonKey: settings.database.fieldKey,
                digestKey: digestKey, configuration: configuration, now: Self.wallClock
            ),
            store: store, lease: lease, journal: journal, digestKey: digestKey, now: Self.wallClock, logger: logger
        )
    }

    func monitor(period: Double, onCycle: @escaping @Sendable (CycleSummary) async -> Void) -> Monitor {
        Monitor(
            pipeline: pipeline, period: period, spread: settings.poll.spread, lease: lease, logger: logger,
            onCycle: onCycle)
    }

    /// A name for this process that no other has, also not after a restart.
    private static var instanceName: String {
        "\(ProcessInfo.processInfo.hostName):\(ProcessInfo.processInfo.processIdentifier):\(UInt32.random(in: .min ... .max))"
    }

    private static func makeStore(_ settings: Settings, _ logger: Logger) throws -> any RecordStore {
        switch settings.database.driver {
        case .memory:
            guard let folder = settings.database.folder else { return MemoryStore() }
            return try MemoryStore(folder: folder)
        case .mongo:
            DriverLog.send { level, domain, message in
                logger.log(level: level == .error ? .error : .debug, "\(domain): \(message)")
            }
            return MongoStore(pool: try MongoPool(settings: MongoSettings(settings)))
        }
    }
}
