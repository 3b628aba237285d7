// SPDX-License-Identifier: Apache-2.0

import Curl
import Mongo
import Records

/// One cycle without any thought: receives and reads what a cycle does, and sends the bulks that it is given.
struct FloorCycle: Sendable {
    let plan: CyclePlan
    let store: MongoStore
    let loop: CurlLoop
    /// Whether all tasks and records are read in each cycle, instead of what the database says has changed.
    var reading = false

    /// As many accounts at a time as the program asks unless told otherwise.
    private static let accountsInFlight = 8

    /// The first cycle of a process: logs in everywhere.
    func first() async throws -> CycleAmount {
        let discovered = try await CycleReads(store: store).firstDiscovery()
        let asked = try await run(bulks: []) { account in
            let amount = try await CycleReads(store: store).first(account)
            let login = try await CloudLogin.send(to: account.cloud, loop)
            return try await amount + PageReceiver(loop: loop, login: login).receive(account.listings)
        }
        return discovered + asked
    }

    /// A cycle that follows another.
    ///
    /// - Parameters:
    ///   - logins: one for each account of the plan.
    ///   - changed: the ids of the records to which the bulks write.
    ///   - position: up to where the database told of changes.
    func steady(
        _ logins: [String: CloudLogin], bulks: [[BulkUpdate]], changed: Set<String> = [],
        since position: inout StorePosition?
    ) async throws -> CycleAmount {
        let reads = CycleReads(store: store)
        let discovered = try await reading ? reads.readingDiscovery() : reads.steadyDiscovery(since: &position)
        let asked = try await run(bulks: bulks) { account in
            guard let login = logins[account.cloud] else {
                throw BenchError(description: "not logged in to \(account.cloud)")
            }
            let amount = try await reads.steady(account, changed: changed, reading: reading)
            return try await amount + PageReceiver(loop: loop, login: login).receive(account.listings)
        }
        return discovered + asked
    }

    private func run(
        bulks: [[BulkUpdate]], _ ask: @escaping @Sendable (CyclePlan.Account) async throws -> CycleAmount
    ) async throws -> CycleAmount {
        try await withThrowingTaskGroup(of: CycleAmount.self) { group in
            group.addTask { try await BareWriter(pool: store.pool, collection: "vnfrs").send(bulks) }
            var waiting = plan.accounts[...]
            for _ in 0..<Self.accountsInFlight {
                if let account = waiting.popFirst() { group.addTask { try await ask(account) } }
            }
            var sum = CycleAmount()
            while let amount = try await group.next() {
                sum = sum + amount
                if let account = waiting.popFirst() { group.addTask { try await ask(account) } }
            }
            return sum
        }
    }
}
