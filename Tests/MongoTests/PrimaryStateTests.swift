// SPDX-License-Identifier: Apache-2.0

import BSON
import Testing
import Values

@testable import Mongo

/// What is made of the reply to `hello`.
@Suite struct PrimaryStateTests {
    private func state(_ reply: Object) throws -> PrimaryState? {
        try BSON.encode(reply).withUnsafeBytes { PrimaryState(try BSONView(validating: $0)) }
    }

    /// A timestamp: the count within a second, then the second.
    private func time(_ second: UInt8, _ count: UInt8) -> Value {
        ["ts": .opaque(type: 0x11, bytes: [count, 0, 0, 0, second, 0, 0, 0]), "t": 1]
    }

    private func reply(last: Value, common: Value) -> Object {
        [
            "setName": "rs0", "electionId": .opaque(type: 0x07, bytes: Array(0..<12)),
            "lastWrite": ["opTime": last, "majorityOpTime": common],
        ]
    }

    @Test func timesAreOrdered() throws {
        let times = [time(1, 9), time(2, 1), time(2, 2), time(3, 0)]
        for (place, common) in times.enumerated() {
            for (other, last) in times.enumerated() {
                let state = try #require(try state(reply(last: last, common: common)))
                #expect((state.common >= state.last) == (place >= other))
                #expect(state.election == Array(0..<12))
            }
        }
    }

    /// A server by itself, a router, a member that is not the primary.
    @Test(arguments: ["electionId", "lastWrite"]) func isNone(without key: String) throws {
        var reply = reply(last: time(1, 1), common: time(1, 1))
        reply[key] = nil
        #expect(try state(reply) == nil)
    }
}
