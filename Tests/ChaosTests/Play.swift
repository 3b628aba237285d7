// SPDX-License-Identifier: Apache-2.0

import Mongo
import Pipeline
import Records
import Simulator
import Support

/// Plays one schedule: the world, the service in it, what happens, and what has to hold after each cycle and at the end.
final class Play: Sendable {
    private let schedule: Schedule
    private let world: ChaosWorld
    private let surprises = Surprises()
    private let tally = Locked(Tally())
    /// Those that run now.
    private let running = Locked<[EndableCycle]>([])

    /// - Parameter pool: of an empty database; `nil`: the records are in memory.
    static func run(_ schedule: Schedule, pool: MongoPool?) async throws -> Report {
        let clock = ChaosClock()
        let held = Locked<Surprises?>(nil)
        let simulator = SimulatorServer(
            configuration: .init(
                tls: schedule.tls == .none ? nil : try SimulatorTLS(requiresClientCertificate: schedule.tls == .mutual),
                now: { clock.now + schedule.skew },
                // A request held up for n seconds is the moment of the nth surprise.
                sleep: { seconds in
                    if seconds >= 1 { await held.withLock({ $0 })?.come(request: Int(seconds)) }
                }
            )
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await simulator.run() }
            let database = pool.map { Database($0) } ?? Database(MemoryStore())
            let world = try await ChaosWorld(schedule, simulator, url: try await simulator.baseURL, database, clock)
            let play = Play(schedule, world)
            held.withLock { $0 = play.surprises }
            let report = try await play.run()
            group.cancelAll()
            return report
        }
    }

    private init(_ schedule: Schedule, _ world: ChaosWorld) {
        self.schedule = schedule
        self.world = world
    }

    private func run() async throws -> Report {
        var instances = try start()
        for step in schedule.steps {
            switch step {
            case .wait(let seconds): world.clock.advance(by: seconds)
            case .event(.approve): try await approve()
            case .event(.restart): instances = try await restart(instances, gracefully: true)
            case .event(let event): try await inTurn { try await world.happen(event) }
            case .cycle(let surprises, let failures):
                self.surprises.wait(forFailures: failures)
                try await arm(surprises)
                let end = try await cycle(instances)
                await self.surprises.forget()
                if let end { instances = try await restart(instances, gracefully: end == .stop) }
            }
        }
        try await settle(&instances)
        let connectors = instances.flatMap(\.leftovers)
        try await end(instances, gracefully: true)
        instances = []
        let alive = connectors.count { $0.value != nil }
        if alive > 0 { world.complain("\(alive) connectors are still in use after the end") }
        tally.withLock { $0.surprises = surprises.happened }
        return Report(complaints: world.ledger.withLock { $0.complaints }, tally: tally.withLock { $0 })
    }

    // MARK: Starting and ending

    private func start(isCalm: Bool = false) throws -> [Instance] {
        try (0..<schedule.instances).map { number in
            let count = tally.withLock { tally -> Int in
                tally.starts += 1
                return tally.starts
            }
            return try Instance(count * 10 + number, schedule, world, surprises, isCalm: isCalm)
        }
    }

    private func end(_ instances: [Instance], gracefully: Bool) async throws {
        for instance in instances {
            tally.withLock { $0.requests += instance.requests }
            for complaint in await instance.end(gracefully: gracefully) { world.complain(complaint) }
        }
    }

    private func restart(_ instances: [Instance], gracefully: Bool) async throws -> [Instance] {
        try await end(instances, gracefully: gracefully)
        return try start()
    }

    // MARK: What happens

    private func inTurn(_ body: () async throws -> Void) async throws {
        try await world.turn.acquire()
        defer { world.turn.release() }
        try await body()
    }

    /// - Returns: how many VMs were let through.
    @discardableResult
    private func approve() async throws -> Int {
        var count = 0
        for account in world.accounts {
            let servers = try await HoldState.approve(
                account: account.id, until: world.clock.now + 3600, in: world.database.store)
            world.ledger.withLock { $0.approve(servers) }
            count += servers.count
        }
        tally.withLock { [count] in $0.approved += count }
        return count
    }

    private func arm(_ surprises: [Surprise]) async throws {
        let records = try await world.database.documents(in: "vnfrs")
        for (number, surprise) in zip(1..., surprises) {
            let deed: @Sendable (_ holdsTurn: Bool) async -> Void = { [self] holdsTurn in
                await happen(surprise.deed, holdsTurn: holdsTurn)
            }
            switch surprise.moment {
            case .afterReading(let choice):
                guard let record = OSM.choose(records, choice) else { continue }
                self.surprises.wait(for: .afterReading(record.id)) { await deed(true) }
            case .beforeWriting(let choice):
                guard let record = OSM.choose(records, choice) else { continue }
                self.surprises.wait(for: .beforeWriting(record.id)) { await deed(true) }
            case .afterWriting(let choice):
                guard let record = OSM.choose(records, choice) else { continue }
                self.surprises.wait(for: .afterWriting(record.id)) { await deed(true) }
            case .request(let kind, let nth):
                world.simulator.faults.add(
                    Fault(.latency(seconds: Double(number)), on: .init(kind: kind), when: .nth(nth)))
                self.surprises.wait(for: .request(number)) { await deed(false) }
            }
        }
    }

    private func happen(_ deed: Surprise.Deed, holdsTurn: Bool) async {
        switch deed {
        case .end(let end): for cycle in running.withLock({ $0 }) { cycle.end(by: end) }
        case .event(let event):
            do {
                if holdsTurn {
                    try await world.happen(event)
                } else {
                    try await inTurn { try await world.happen(event) }
                }
            } catch  where Task.isCancelled {
                // The request that this was to happen under is gone.
            } catch {
                world.complain("the schedule itself fails: \(error)")
            }
        }
    }

    // MARK: Cycles

    /// One cycle of every instance, all at the same time.
    ///
    /// - Returns: how they were ended in the midst of it, if they were.
    @discardableResult
    private func cycle(_ instances: [Instance]) async throws -> EndableCycle.End? {
        let number = tally.withLock { tally -> Int in
            tally.cycles += 1
            return tally.cycles
        }
        world.ledger.withLock { $0.beginCycle() }
        for instance in instances { instance.store.beginCycle() }
        let cycles = instances.map { _ in EndableCycle() }
        running.withLock { $0 = cycles }
        await withDiscardingTaskGroup { group in
            for (instance, cycle) in zip(instances, cycles) {
                group.addTask { [self] in
                    let summary = await cycle.run(instance.pipeline, number)
                    let writes = instance.store.writes
                    tally.withLock { $0.add(summary, writes) }
                    // Nobody hears what a killed process would have said.
                    if cycle.end == .kill { return }
                    for complaint in CycleJudge(summary: summary, writes: writes).complaints {
                        world.complain("cycle \(number): \(complaint)")
                    }
                }
            }
        }
        running.withLock { $0 = [] }
        return cycles.compactMap(\.end).first
    }

    /// Nothing goes wrong any more, accounts are as they should be, and what is held is let through: after two cycles
    /// the records say what is real.
    private func settle(_ instances: inout [Instance]) async throws {
        try await inTurn { try await world.repair() }
        if schedule.isImpatient || schedule.proofs < 20 {
            try await end(instances, gracefully: true)
            instances = try start(isCalm: true)
        }
        // Longer than any pause after failures and any window.
        world.clock.advance(by: 3 * 3600)
        if world.ledger.withLock({ $0.projectChanged }) {
            // That a token is for another project is found out when it is refused: that is the last thing to go wrong.
            try await cycle(instances)
            world.clock.advance(by: 3 * 3600)
        }
        try await cycle(instances)
        if try await approve() > 0 {
            world.clock.advance(by: 60)
            try await cycle(instances)
        }
        world.clock.advance(by: 60)
        try await cycle(instances)
        let clouds = Dictionary(uniqueKeysWithValues: world.clouds.map { (OSMSeed.accountID(of: $0), $0) })
        let judge = TruthJudge(
            records: try await world.database.documents(in: "vnfrs"),
            tasks: try await world.database.documents(in: "ro_tasks"), clouds: clouds,
            ledger: world.ledger.withLock { $0 }
        )
        let (complaints, judged) = judge.judge()
        tally.withLock { $0.judged = judged }
        for complaint in complaints { world.complain("in the end: \(complaint)") }
    }
}
