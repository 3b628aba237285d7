// SPDX-License-Identifier: Apache-2.0

import OpenStack
import Pipeline
import Records
import Testing
import Values

/// An operator's word on a hold.
@Suite struct ApprovalTests {
    private let identity = VIMIdentity(userID: "u", projectID: "p", computeEndpoint: "e", url: "v")
    private let policy = HoldPolicy()

    private func decide(_ absent: [String], now: Double, _ state: inout HoldState) -> HoldPolicy.Reason? {
        policy.decide(absent: absent, watched: 10, identity: identity, now: now, state: &state)
        #expect((state.alarm == nil) == state.held.isEmpty)
        return state.alarm?.reason
    }

    private func held(_ absent: [String]) -> HoldState {
        var state = HoldState()
        #expect(decide(absent, now: 1000, &state) == .tooMany)
        #expect(state.held == Set(absent))
        return state
    }

    @Test func approvedServersAreNoLongerHeld() {
        var state = held(["a", "b", "c", "d"])
        state.takeUp(.init(servers: state.held, expires: 2000))
        #expect(decide(["a", "b", "c", "d"], now: 1060, &state) == nil)
        #expect(state.held.isEmpty)
    }

    @Test func anApprovalNamesTheServersThatItIsFor() {
        var state = held(["a", "b", "c", "d"])
        state.takeUp(.init(servers: state.held, expires: 2000))
        #expect(decide(["a", "b", "c", "d", "e"], now: 1060, &state) == nil)
        #expect(decide(["a", "b", "c", "d", "e", "f", "g", "h"], now: 1120, &state) == .tooMany)
        #expect(state.held == ["e", "f", "g", "h"])
    }

    @Test func anApprovalExpires() {
        var state = held(["a", "b", "c", "d"])
        state.takeUp(.init(servers: state.held, expires: 1050))
        #expect(decide(["a", "b", "c", "d"], now: 1060, &state) == .tooMany)
        #expect(state.approved.isEmpty)
    }

    @Test func aServerThatWasSeenHasUsedItsApprovalUp() {
        var state = held(["a", "b", "c", "d"])
        state.takeUp(.init(servers: state.held, expires: 2000))
        state.sighted("a")
        _ = decide(["b", "c", "d"], now: 1060, &state)
        #expect(Set(state.approved.keys) == ["b", "c", "d"])
    }

    /// What is approved is approved, and nothing else of an account that is not who it was.
    @Test func anApprovalDoesNotExcuseAnotherIdentity() {
        var state = HoldState()
        #expect(decide([], now: 1000, &state) == nil)
        var other = identity
        other.projectID = "q"
        policy.decide(absent: ["a"], watched: 10, identity: other, now: 1060, state: &state)
        #expect(state.held == ["a"])
        state.takeUp(.init(servers: ["a"], expires: 2000))
        policy.decide(absent: ["a", "b"], watched: 10, identity: other, now: 1120, state: &state)
        #expect(state.held == ["b"] && state.alarm?.reason == .identityChanged)
    }

    /// Lying there until the next one, it is found again and again.
    @Test func anApprovalIsTakenUpOnce() {
        var state = held(["a", "b", "c", "d"])
        let word = HoldState.Approval(servers: state.held, expires: 2000)
        state.takeUp(word)
        state.sighted("a")
        _ = decide(["b", "c", "d"], now: 1060, &state)
        state.takeUp(word)
        #expect(Set(state.approved.keys) == ["b", "c", "d"])
        state.takeUp(.init(servers: ["a"], expires: 2001))
        #expect(state.approved == ["a": 2001, "b": 2000, "c": 2000, "d": 2000])
    }

    /// While the first ones are still being proven.
    @Test func aSecondApprovalLeavesTheFirstAsItIs() {
        var state = held(["a", "b", "c", "d"])
        state.takeUp(.init(servers: state.held, expires: 2000))
        #expect(decide(["a", "b", "c", "d", "e", "f", "g", "h"], now: 1060, &state) == .tooMany)
        state.takeUp(.init(servers: state.held, expires: 3000))
        #expect(decide(["a", "b", "c", "d", "e", "f", "g", "h"], now: 1120, &state) == nil)
        #expect(decide(["a", "b", "c", "d", "e", "f", "g", "h"], now: 2000, &state) == .tooMany)
        #expect(state.held == ["a", "b", "c", "d"])
    }

    @Test func theServiceFindsWhatTheOperatorLeft() async throws {
        let store = MemoryStore()
        #expect(try await HoldState.approve(account: "x", until: 2000, in: store).isEmpty)
        let nothing = try await HoldState.load(account: "x", from: store)
        #expect(nothing.kept == HoldState() && nothing.approval == nil)
        let state = held(["a", "b", "c", "d"])
        await store.setState(.holds, id: "x", to: state.document)
        #expect(try await HoldState.approve(account: "x", until: 2000, in: store) == ["a", "b", "c", "d"])
        let found = try await HoldState.load(account: "x", from: store)
        #expect(found.kept == state)
        #expect(found.approval == .init(servers: ["a", "b", "c", "d"], expires: 2000))
    }

    @Test func aDocumentKeepsEverything() throws {
        var state = held(["a", "b", "c", "d"])
        #expect(try HoldState(document: state.document) == state)
        state.identity = identity
        policy.decide(
            absent: ["a"], watched: 10, identity: .init(userID: "u", projectID: "q", computeEndpoint: "e", url: "v"),
            now: 1100, state: &state
        )
        state.takeUp(.init(servers: ["a"], expires: 2000))
        #expect(state.alarm == .init(.tooMany, since: 1000, changes: ["project p → q"]))
        #expect(try HoldState(document: state.document) == state)
        #expect(try HoldState(document: HoldState().document) == HoldState())
    }

    /// A hold is not lifted by damage.
    @Test(
        arguments: [
            ("held", nil), ("held", .null), ("held", ["a", 1]), ("held", "a"), ("absent", nil), ("absent", ["a"]),
            ("absent", [["id": "a"]]), ("absent", [["id": "a", "since": "now"]]),
            ("absent", [["id": "a", "since": .double(.nan)]]), ("identity", "me"), ("identity", ["user": "u"]),
            ("alarm", []), ("alarm", ["reason": "unheard of", "since": 1, "changes": []]), ("approved", nil),
            ("taken_up", "never"),
        ] as [(String, Value?)])
    func aDamagedDocumentIsRefused(_ key: String, _ value: Value?) throws {
        var document = held(["a", "b", "c", "d"]).document
        document[key] = value
        #expect(throws: HoldDamage.self) { try HoldState(document: document) }
    }

    /// Whoever edits a document need not know how numbers are stored.
    @Test(arguments: [.double(1000), .int32(1000), .int64(1000)] as [Value])
    func anyNumberIsATime(_ number: Value) throws {
        var document = held(["a"] + (0..<3).map(String.init)).document
        document["absent"] = [["id": "a", "since": number]]
        document["taken_up"] = number
        let state = try HoldState(document: document)
        #expect(state.absentSince == ["a": 1000] && state.takenUp == 1000)
    }
}
