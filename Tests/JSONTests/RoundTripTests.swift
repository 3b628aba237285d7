// SPDX-License-Identifier: Apache-2.0

import JSON
import TestSeeded
import Testing
import Values

@Suite struct RoundTripTests {
    @Test func whatIsWrittenIsReadBack() throws {
        var random = Seeded()
        for _ in 0..<1500 {
            let value = random.value(depth: 5)
            let bytes = JSON.serialize(value)
            let read = try JSON.parse(bytes)
            try #require(read.isIdentical(to: value), "\(String(decoding: bytes, as: UTF8.self))")
            #expect(JSON.serialize(read) == bytes)
        }
    }

    @Test(
        arguments: [
            (.null, "null"), (1, "1"), (1.0, "1.0"), (.double(1e16), "1e+16"), (.double(-.infinity), "-Infinity"),
            (.double(.nan), "NaN"), (.double(.infinity), "Infinity"), (true, "true"), (false, "false"),
            ("\"\\\n\r\t\u{1}é/", #""\"\\\n\r\t\u0001é/""#), ([1, [], [:]], "[1,[],{}]"),
            (["b": 1, "a": .null], #"{"b":1,"a":null}"#),
            (.unrepresentable, #""\ud800""#),
            (.opaque(type: 7, bytes: [1, 0xAB]), #"{"$bson":{"type":7,"bytes":"01ab"}}"#),
        ] as [(Value, String)])
    func written(value: Value, text: String) {
        #expect(String(decoding: JSON.serialize(value), as: UTF8.self) == text)
    }

    /// Bytes that are nearly JSON: each is read or refused, and what is read can be written and read again.
    @Test func damagedBytesNeverCrash() {
        var random = Seeded()
        let structural = Array(#"{}[]":,\u0123eE+-.tfnNI "#.utf8) + [0x80, 0xC3, 0xFF, 0]
        for _ in 0..<1500 {
            var bytes = JSON.serialize(random.value(depth: 4))
            for _ in 0...random.below(4) {
                let place = random.below(bytes.count + 1)
                switch random.below(3) {
                case 0: bytes.insert(structural[random.below(structural.count)], at: place)
                case 1 where place < bytes.count: bytes[place] = structural[random.below(structural.count)]
                default: bytes.removeSubrange(place..<min(bytes.count, place + random.below(5)))
                }
            }
            guard let value = try? JSON.parse(bytes) else { continue }
            #expect((try? JSON.parse(JSON.serialize(value))).map { JSON.serialize($0) } == JSON.serialize(value))
        }
    }

    @Test func truncatedTextIsRefused() {
        var random = Seeded()
        for _ in 0..<20 {
            let bytes = JSON.serialize(.object(random.object(depth: 2)))
            for end in 0..<bytes.count { #expect(throws: JSONError.self) { try JSON.parse(Array(bytes[..<end])) } }
        }
    }
}
