// SPDX-License-Identifier: Apache-2.0

import OpenStack
import Pipeline
import Records
import Testing

/// An operator's word on a hold.
@Suite struct ApprovalTests {
    private let identity = VIMIdentity(userID: "u", projectID: "p", computeEndpoint: "e", url: "v")
    private let policy = HoldPolicy()

    private func decide(_ absent: [String], now: Double, _ state: inout HoldState) -> HoldPolicy.Reason? {
        policy.decide(absent: absent, watched: 10, identity: identity, now: now, state: &state)
    }

    private func held(_ absent: [String]) -> HoldState {
        var state = HoldState()
        #expect(decide(absent, now: 1000, &state) == .tooMany)
        #expect(state.held == Set(absent))
        return state
    }

    @Test func approvedServersAreNoLongerHeld() {
        var state = held(["a", "b", "c", "d"])
        state.approval = .init(servers: state.held, expires: 2000)
        #expect(decide(["a", "b", "c", "d"], now: 1060, &state) == nil)
        #expect(state.held.isEmpty)
    }

    @Test func anApprovalNamesTheServersThatItIsFor() {
        var state = held(["a", "b", "c", "d"])
        state.approval = .init(servers: state.held, expires: 2000)
        #expect(decide(["a", "b", "c", "d", "e"], now: 1060, &state) == nil)
        #expect(decide(["a", "b", "c", "d", "e", "f", "g", "h"], now: 1120, &state) == .tooMany)
        #expect(state.held == ["e", "f", "g", "h"])
    }

    @Test func anApprovalExpires() {
        var state = held(["a", "b", "c", "d"])
        state.approval = .init(servers: state.held, expires: 1050)
        #expect(decide(["a", "b", "c", "d"], now: 1060, &state) == .stillHeld)
        #expect(state.approval == nil)
    }

    @Test func aServerThatWasSeenHasUsedItsApprovalUp() {
        var state = held(["a", "b", "c", "d"])
        state.approval = .init(servers: state.held, expires: 2000)
        state.sighted("a")
        _ = decide(["b", "c", "d"], now: 1060, &state)
        #expect(state.approval?.servers == ["b", "c", "d"])
    }

    @Test func theServiceTakesUpWhatTheOperatorLeft() async throws {
        let store = MemoryStore()
        #expect(try await HoldState.approve(account: "x", until: 2000, in: store).isEmpty)
        await store.setState(.holds, id: "x", to: held(["a", "b", "c", "d"]).document)
        #expect(try await HoldState.approve(account: "x", until: 2000, in: store) == ["a", "b", "c", "d"])
        let first = try await HoldState.load(account: "x", from: store)
        #expect(first.approval == .init(servers: ["a", "b", "c", "d"], expires: 2000))
        #expect(HoldState(document: first.document) == first)
        // Once.
        #expect(try await HoldState.load(account: "x", from: store).approval == nil)
    }
}
