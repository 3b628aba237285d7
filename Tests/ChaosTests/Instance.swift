// SPDX-License-Identifier: Apache-2.0

import Curl
import Logging
import OpenStack
import Pipeline
import Records
import Support
import Values

/// One running service, put together as the program does it. A restart makes another one.
final class Instance: Sendable {
    let store: InterleavingStore
    let pipeline: Pipeline
    private let loop: CurlLoop
    private let lease: WriterLease?
    private let connectors: Locked<[Weak<OpenStackVIM>]>

    /// - Parameter number: among all instances of the schedule.
    init(_ number: Int, _ schedule: Schedule, _ world: ChaosWorld, _ surprises: Surprises, isCalm: Bool) throws {
        let store = InterleavingStore(world, surprises)
        let loop = try CurlLoop()
        let clock = world.clock
        let now: @Sendable () -> Double = { clock.now }
        let logger = Logger(label: "chaos") { _ in SwiftLogNoOpLogHandler() }
        var configuration = PipelineConfiguration()
        configuration.writerLinger = 0.005
        configuration.proofsPerCycle = isCalm ? 20 : schedule.proofs
        let lease =
            schedule.instances > 1
            ? WriterLease(store: store, owner: "instance \(number)", ttl: 30, now: now, logger: logger) : nil
        let connectors = Locked<[Weak<OpenStackVIM>]>([])
        let settings = Self.settings(schedule, isCalm: isCalm)
        let registry = VIMConnectorRegistry([
            "openstack": { account throws(VIMError) in
                let vim = try OpenStackVIM(account, loop: loop, settings: settings, now: now)
                let reference = Weak(vim)
                connectors.withLock { $0.append(reference) }
                return vim
            }
        ])
        let digestKey = DigestKey(seed: schedule.number)
        let journal =
            schedule.number.isMultiple(of: 2)
            ? ChangeJournal(store: store, freshFor: 0, now: now, logger: logger) : nil
        pipeline = Pipeline(
            configuration: configuration,
            discovery: Discovery(
                store: store, journal: journal, registry: registry, commonKey: nil, digestKey: digestKey,
                configuration: configuration, now: now
            ),
            // A cloud that failed is asked again at once: a schedule has few cycles, and the same number is the same play.
            store: store, lease: lease, journal: journal, digestKey: digestKey, now: now, chance: { 0 }, logger: logger
        )
        self.store = store
        self.loop = loop
        self.lease = lease
        self.connectors = connectors
    }

    private static func settings(_ schedule: Schedule, isCalm: Bool) -> OpenStackSettings {
        var settings = OpenStackSettings()
        settings.serverPageSize = schedule.serversPerPage
        if let limit = schedule.portsPerPage { settings.portPageSize = limit }
        settings.proxy = ""
        settings.maxPages = 40
        settings.maxPageBytes = 300_000
        settings.maxBodyBytes = 300_000
        let isImpatient = schedule.isImpatient && !isCalm
        settings.timeouts = .init(
            connect: .seconds(600), stall: .seconds(600), whole: isImpatient ? .milliseconds(400) : .seconds(600))
        return settings
    }

    /// Ends it, and says what is left of it.
    ///
    /// - Parameter gracefully: gives the lease of the writer back; a process that is killed does not.
    func end(gracefully: Bool) async -> [String] {
        if gracefully { await lease?.release() }
        let inFlight = loop.counters.inFlight
        await loop.shutdown()
        return inFlight == 0 ? [] : ["\(inFlight) requests were left in flight"]
    }

    /// The connectors it made, to see that they go away.
    var leftovers: [Weak<OpenStackVIM>] { connectors.withLock { $0 } }
    var requests: Int { loop.counters.requests }
}

/// A reference that keeps nothing alive.
struct Weak<Referent: AnyObject & Sendable>: Sendable {
    weak let value: Referent?

    init(_ value: Referent) { self.value = value }
}
