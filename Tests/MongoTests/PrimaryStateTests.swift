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
    private func time(_ second: UInt8) -> Value {
        ["ts": .opaque(type: 0x11, bytes: [9, 0, 0, 0, second, 0, 0, 0]), "t": 1]
    }

    private func reply(last: UInt8, common: UInt8) -> Object {
        [
            "setName": "rs0", "electionId": .opaque(type: 0x07, bytes: Array(0..<12)),
            "lastWrite": ["opTime": time(last), "majorityOpTime": time(common)],
        ]
    }

    @Test(arguments: [(100, 100, 0), (100, 99, 1), (100, 40, 60), (99, 100, 0)] as [(UInt8, UInt8, Int)])
    func lag(last: UInt8, common: UInt8, seconds: Int) throws {
        let state = try #require(try state(reply(last: last, common: common)))
        #expect(state.lag == seconds && state.election == Array(0..<12))
    }

    /// A server by itself, a router, a member that is not the primary.
    @Test(arguments: ["electionId", "lastWrite"]) func isNone(without key: String) throws {
        var reply = reply(last: 1, common: 1)
        reply[key] = nil
        #expect(try state(reply) == nil)
    }
}
