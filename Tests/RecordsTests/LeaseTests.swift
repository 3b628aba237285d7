// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Records
import TestSeeded
import Testing
import Values

@Suite struct LeaseTests {
    @Test(arguments: StoreKind.allCases)
    func `a lease is taken, renewed, taken over and given back`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let store = database.store
            #expect(
                try await store.acquireLease(owner: "a", now: 100, ttl: 30) == Lease(owner: "a", expires: 130, token: 1)
            )
            #expect(try await store.acquireLease(owner: "b", now: 129, ttl: 30) == nil)
            #expect(
                try await store.acquireLease(owner: "a", now: 120, ttl: 30) == Lease(owner: "a", expires: 150, token: 1)
            )
            #expect(try await store.acquireLease(owner: "b", now: 149, ttl: 30) == nil)

            let taken = try #require(try await store.acquireLease(owner: "b", now: 150, ttl: 30))
            #expect(taken == Lease(owner: "b", expires: 180, token: 2))
            #expect(try await store.acquireLease(owner: "a", now: 151, ttl: 30) == nil)

            // The former owner's release comes too late to mean anything.
            try await store.releaseLease(Lease(owner: "a", expires: 150, token: 1))
            try await store.releaseLease(Lease(owner: "b", expires: 180, token: 1))
            #expect(try await store.acquireLease(owner: "a", now: 152, ttl: 30) == nil)

            try await store.releaseLease(taken)
            #expect(
                try await store.acquireLease(owner: "a", now: 153, ttl: 30) == Lease(owner: "a", expires: 183, token: 3)
            )
        }
    }

    /// All try at once, again and again: each time exactly one wins.
    @Test(arguments: StoreKind.allCases)
    func `of many instances one is the writer`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let store = database.store
            for round in 0..<12 {
                let now = Double(round) * 1000
                let leases = try await withThrowingTaskGroup(of: Lease?.self) { group in
                    for owner in 0..<8 {
                        group.addTask { try await store.acquireLease(owner: "vimwatch-\(owner)", now: now, ttl: 30) }
                    }
                    return try await group.reduce(into: [Lease]()) { leases, lease in
                        if let lease { leases.append(lease) }
                    }
                }
                #expect(leases.count == 1)
                // A winner of two rounds in a row renews; every other change of owner counts.
                #expect((1...(Int64(round) + 1)).contains(leases.first?.token ?? 0))
            }
        }
    }

    /// Random instances, times and releases: never two valid leases, the token grows exactly with the owner.
    @Test func `random instances agree on the writer in both stores`() async throws {
        var random = Seeded("leases")
        let steps = (0..<150).map { _ in
            (owner: random.pick(["a", "b", "c"]), wait: random.number(0...20), gives: random.chance(20))
        }
        var histories: [[Lease?]] = []
        for kind in StoreKind.allCases {
            try await kind.withStore { database in
                var now = 0.0
                var valid: Lease?
                var history: [Lease?] = []
                for step in steps {
                    now += Double(step.wait)
                    let lease = try await database.store.acquireLease(owner: step.owner, now: now, ttl: 25)
                    history.append(lease)
                    if let valid, valid.expires > now, valid.owner != step.owner {
                        #expect(lease == nil, "seed \(random.seed)")
                        continue
                    }
                    let changes = valid?.owner != step.owner
                    #expect(lease?.token == (valid?.token ?? 0) + (changes ? 1 : 0), "seed \(random.seed)")
                    valid = lease
                    if step.gives, let lease {
                        try await database.store.releaseLease(lease)
                        valid = Lease(owner: lease.owner, expires: 0, token: lease.token)
                    }
                }
                histories.append(history)
            }
        }
        #expect(histories[0] == histories[1], "seed \(random.seed)")
        #expect(histories[0].contains(nil) && Set(histories[0].compactMap { $0?.owner }).count == 3)
    }

    @Test(
        arguments: StoreKind.allCases,
        [
            ["_id": "writer"], ["_id": "writer", "owner": .null, "expires": "tomorrow", "token": "x"],
            ["_id": "writer", "owner": "b", "expires": 99, "token": .double(1)],
            ["_id": "writer", "owner": ["b"], "expires": .int64(99), "token": .null],
        ] as [Object])
    func `a damaged lease is free`(kind: StoreKind, document: Object) async throws {
        try await kind.withStore { database in
            try await database.insert([document], into: "vimwatch_leases")
            let lease = try await database.store.acquireLease(owner: "a", now: 100, ttl: 30)
            #expect(lease == Lease(owner: "a", expires: 130, token: 1))
            #expect(try await database.store.acquireLease(owner: "b", now: 101, ttl: 30) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a lease written with other widths is understood`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await database.insert(
                [["_id": "writer", "owner": "b", "expires": 200, "token": 7]], into: "vimwatch_leases")
            #expect(try await database.store.acquireLease(owner: "a", now: 199, ttl: 30) == nil)
            #expect(try await database.store.acquireLease(owner: "a", now: 200, ttl: 30)?.token == 8)
        }
    }
}

@Suite struct StateTests {
    @Test(arguments: StoreKind.allCases)
    func `a document of ours is replaced as a whole, and removed`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let store = database.store
            #expect(try await store.state(.holds, id: "a").map(bytes) == nil)
            try await store.setState(.holds, id: "a", to: ["held": ["x"], "old": 1, "_id": "other"])
            try await store.setState(.holds, id: "b", to: [:])
            try await store.setState(.holds, id: "a", to: ["held": ["y"]])
            #expect(try await bytes(store.state(.holds, id: "a")) == bytes(["_id": "a", "held": ["y"]]))
            try await store.setState(.holds, id: "a", to: nil)
            try await store.setState(.holds, id: "never", to: nil)
            #expect(try await store.stateIDs(.holds) == ["b"])
            #expect(try await store.stateIDs(.leases).isEmpty)
            #expect(try await store.state(.holds, id: "a").map(bytes) == nil)
            #expect(try await bytes(store.state(.holds, id: "b")) == bytes(["_id": "b"]))
        }
    }
}
