// SPDX-License-Identifier: Apache-2.0

import JSON
import TestSeeded
import Testing
import Values

/// What a splitter made of a page.
private struct Outcome: Equatable {
    var objects: [[UInt8]] = []
    var ids: [ResourceKey?] = []
    var deviceIDs: [ResourceKey?] = []
    var rawIDs: [[UInt8]?] = []
    var end: PageEnd?
    var error: JSONError?

    /// Gives a page to a splitter in chunks that end at the given places.
    init(_ page: [UInt8], key: String = "servers", chunkEnds: [Int] = [], sizeLimit: Int = 16 << 20) {
        var splitter = ListingSplitter(key: key, sizeLimit: sizeLimit)
        do throws(JSONError) {
            var start = 0
            for end in chunkEnds + [page.count] {
                // A copy of its own, so that reading beyond a chunk is found by the address sanitizer.
                let chunk = Array(page[start..<end])
                let buffer = chunk.withUnsafeBytes { UnsafeRawBufferPointer.copy($0) }
                defer { buffer.deallocate() }
                try splitter.consume(buffer) { object in
                    objects.append(Array(object.bytes))
                    ids.append(object.idKey)
                    deviceIDs.append(object.deviceIDKey)
                    rawIDs.append(object.id.map { Array($0) })
                }
                start = end
            }
            end = try splitter.finish()
        } catch {
            self.error = error
            do throws(JSONError) {
                _ = try splitter.finish()
                Issue.record("a splitter that failed has finished")
            } catch { if error != self.error { Issue.record("the error has changed to \(error)") } }
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate static func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        buffer.copyMemory(from: bytes)
        return UnsafeRawBufferPointer(buffer)
    }
}

@Suite struct ListingSplitterTests {
    private static let page = #"""
        {"x": [1, {"servers": [{"id": "no"}]}], "y": "\"servers\": [", "z": -1.5e3, "servers" : [ {"id": "A", "n":
        {"id": "inner"}, "device_id": "d\"}"} , {"device_id":null,"a":["}"],"i\u0064" : "\u0042"},{}, {"id": 7},
        {"id":"a","id":"c","device_id":""},{"id":"c","id":null}], "servers_links":[{"rel":"self","href":"s"},
        {"rel":"next","href":"http:\/\/h\/?m=\u00e9"}], "w": null }
        """#

    @Test func aPageIsSplit() {
        let outcome = Outcome(Array(Self.page.utf8))
        #expect(outcome.error == nil)
        #expect(outcome.end == PageEnd(next: "http://h/?m=é", count: 6))
        #expect(
            outcome.objects.map { String(decoding: $0, as: UTF8.self) }[1...] == [
                #"{"device_id":null,"a":["}"],"i\u0064" : "\u0042"}"#, "{}", #"{"id": 7}"#,
                #"{"id":"a","id":"c","device_id":""}"#, #"{"id":"c","id":null}"#,
            ])
        #expect(outcome.ids == [ResourceKey("a"), ResourceKey("b"), nil, nil, ResourceKey("c"), nil])
        #expect(outcome.rawIDs == [Array("A".utf8), nil, nil, nil, Array("c".utf8), nil])
        #expect(outcome.deviceIDs == [ResourceKey("d\"}"), nil, nil, nil, nil, nil])
    }

    @Test func everySplitGivesTheSame() {
        let page = Array(Self.page.utf8)
        let whole = Outcome(page)
        for first in 0...page.count {
            #expect(Outcome(page, chunkEnds: [first]) == whole)
            #expect(Outcome(page, chunkEnds: [first, min(first + 1, page.count)]) == whole)
        }
        #expect(Outcome(page, chunkEnds: Array(0...page.count)) == whole)
    }

    @Test func everyTruncationIsAnError() {
        let page = Array(Self.page.utf8)
        for end in 0..<page.count {
            let reason: JSONError.Reason = end == 0 ? .emptyBody : .unexpectedEnd
            #expect(Outcome(Array(page[..<end])).error == JSONError(offset: end, reason: reason))
            #expect(Outcome(Array(page[..<end]), chunkEnds: [end / 2]).error == JSONError(offset: end, reason: reason))
        }
    }

    @Test(
        arguments: [
            (#"{"servers":[]}"#, 0, nil), (#" { "servers" : [ ] } "#, 0, nil),
            (#"{"servers":[{}],"servers_links":[]}"#, 1, nil),
            (#"{"servers_links":null,"servers":[{}]}"#, 1, nil), (#"{"s\u0065rvers":[{}]}"#, 1, nil),
            (#"{"servers_links":[{"rel":"next","href":"h"},{"rel":"next","href":"i"}],"servers":[]}"#, 0, "h"),
            (#"{"servers":[],"servers_links":[{"href":"x"},{"rel":"prev"}]}"#, 0, nil),
            (#"{"ports":[1],"ports_links":7,"servers":[{}]}"#, 1, nil), (#"{"\ud800":1,"servers":[{}]}"#, 1, nil),
            (#"{"servers":[{"a":"\ud800"}]}"#, 1, nil),
        ] as [(String, Int, String?)])
    func accepted(page: String, count: Int, next: String?) {
        #expect(Outcome(Array(page.utf8)).end == PageEnd(next: next, count: count))
    }

    @Test(
        arguments: [
            ("", 0, .emptyBody), (" \n ", 3, .emptyBody), ("\u{FEFF}{}", 0, .byteOrderMark),
            ("<html>\n<head>", 0, .markup(beginning: "<html> <head>")),
            (
                " <!DOCTYPE html><html><head><title>502 Bad Gateway</title>", 1,
                .markup(beginning: "<!DOCTYPE html><html><head><title>502 Ba")
            ),
            ("[]", 0, .unexpectedByte(0x5B, expected: "\"{\"")), ("null", 0, .unexpectedByte(0x6E, expected: "\"{\"")),
            ("{}", 1, .noListing(key: "servers")), (#"{"itemNotFound":{"code":404}}"#, 28, .noListing(key: "servers")),
            (#"{"x":{"servers":[]}}"#, 19, .noListing(key: "servers")),
            (#"{"Servers":[]}"#, 13, .noListing(key: "servers")),
            (#"{"servers":[],"servers":[]}"#, 14, .repeatedListing(key: "servers")),
            (#"{"servers":{}}"#, 11, .notAnArray(key: "servers")),
            (#"{"servers":null}"#, 11, .notAnArray(key: "servers")),
            (#"{"servers":[1]}"#, 12, .notAnObject(key: "servers")),
            (#"{"servers":[{},[]]}"#, 15, .notAnObject(key: "servers")),
            (#"{"servers":[{},]}"#, 15, .notAnObject(key: "servers")),
            (#"{"servers":[null]}"#, 12, .notAnObject(key: "servers")),
            (#"{"servers":[{}{}]}"#, 14, .unexpectedByte(0x7B, expected: "\",\" or \"]\"")),
            (#"{"servers":[{"a":[}]}]}"#, 18, .mismatchedBracket), (#"{"servers":[{"a":1]]}"#, 18, .mismatchedBracket),
            (#"{"servers":[{}]]"#, 15, .unexpectedByte(0x5D, expected: "\",\" or \"}\"")),
            (#"{"servers":[{}]}}"#, 16, .trailingBytes), (#"{"servers":[]} x"#, 15, .trailingBytes),
            (#"{"servers":[],}"#, 14, .unexpectedByte(0x7D, expected: "a key")),
            (#"{servers:[]}"#, 1, .unexpectedByte(0x73, expected: "a key or \"}\"")),
            (#"{"servers"[]}"#, 10, .unexpectedByte(0x5B, expected: "\":\"")),
            (#"{"x":,"servers":[]}"#, 5, .unexpectedByte(0x2C, expected: "a value")),
            (#"{"x":nul,"servers":[]}"#, 8, .unexpectedEnd),
            (#"{"x":1 2,"servers":[]}"#, 7, .unexpectedByte(0x32, expected: "\",\" or \"}\"")),
            (#"{"x":"\q","servers":[]}"#, 6, .badEscape), (#"{"x\q":1,"servers":[]}"#, 3, .badEscape),
            (#"{"servers":[],"servers_links":{}}"#, 30, .notAnArray(key: "servers_links")),
            (#"{"servers":[],"servers_links":["x"]}"#, 30, .notAnObject(key: "servers_links")),
            (#"{"servers":[],"servers_links":[{"rel":"next"}]}"#, 30, .badNextLink(key: "servers_links")),
            (#"{"servers":[],"servers_links":[{"rel":"next","href":""}]}"#, 30, .badNextLink(key: "servers_links")),
            (#"{"servers":[],"servers_links":[{"rel":]}"#, 38, .mismatchedBracket),
            (#"{"servers":[],"servers_links":[{"rel":,}]}"#, 38, .unexpectedByte(0x2C, expected: "a value")),
        ] as [(String, Int, JSONError.Reason)])
    func refused(page: String, offset: Int, reason: JSONError.Reason) {
        let page = Array(page.utf8)
        let expected = JSONError(offset: offset, reason: reason)
        #expect(Outcome(page).error == expected)
        for end in 0...page.count { #expect(Outcome(page, chunkEnds: [end]).error == expected) }
        #expect(Outcome(page, chunkEnds: Array(0...page.count)).error == expected)
    }

    @Test func depth() {
        let limit = JSON.depthLimit
        for depth in [63, 64, 65, 128, 129, limit - 1, limit, limit + 1] {
            // One level of each object is the object itself.
            let nested = (0..<depth - 1).map { $0 % 3 == 0 ? "[" : "{" }
            let closing = nested.reversed().map { $0 == "[" ? "]" : "}" }
            let page = Array("{\"servers\":[{\(nested.joined())\"\"\(closing.joined())}]}".utf8)
            let outcome = Outcome(page, chunkEnds: [page.count / 3])
            if depth <= limit {
                #expect(outcome.end == PageEnd(next: nil, count: 1))
            } else {
                #expect(outcome.error == JSONError(offset: 12 + limit, reason: .tooDeep(limit: limit)))
            }
        }
    }

    /// The limit holds for one value, whatever the page's size, and wherever chunks end.
    @Test func size() {
        let fitting = #"{"id":"\#(String(repeating: "x", count: 91))"}"#
        let page = Array(#"{"servers":[\#(fitting),\#(fitting),\#(fitting)]}"#.utf8)
        for end in 0...page.count {
            #expect(Outcome(page, chunkEnds: [end], sizeLimit: 100).end == PageEnd(next: nil, count: 3))
            #expect(
                Outcome(page, chunkEnds: [end], sizeLimit: 99).error
                    == JSONError(offset: 12, reason: .tooLarge(limit: 99)))
        }
    }

    /// Objects of the listing may be known, and nothing else: they are counted and passed over, whatever they are.
    @Test func knownObjectsArePassedOver() throws {
        let page = Array(#"{"servers_links":[{"a":1}],"servers":[{{{,{"id":"b"},{]],{"c":[{}]}],"x":{}}"#.utf8)
        var (asked, objects): ([String], [String]) = ([], [])
        var splitter = ListingSplitter(key: "servers")
        try page.withUnsafeBytes { page in
            try splitter.consume(page) { bytes in
                asked.append(String(decoding: bytes.prefix(3), as: UTF8.self))
                let isKnown = bytes.starts(with: "{{{".utf8) || bytes.starts(with: "{]]".utf8)
                return isKnown ? .known(length: 3, count: 1) : .unknown
            } _: { object in
                objects.append(String(decoding: object.bytes, as: UTF8.self))
            }
        }
        #expect(asked == ["{{{", #"{"i"#, "{]]", #"{"c"#])
        #expect(objects == [#"{"id":"b"}"#, #"{"c":[{}]}"#])
        #expect(try splitter.finish().count == 4)
    }

    /// Of several in a row what stands between them is passed over as well, and all are counted.
    @Test func knownObjectsInARow() throws {
        let page = Array(#"{"servers":[{{{, {]],{"id":"b"}, {{{]}"#.utf8)
        let rows = ["{{{, {]],": 2, "{{{]": 1]
        var (objects, splitter) = ([String](), ListingSplitter(key: "servers"))
        try page.withUnsafeBytes { page in
            try splitter.consume(page) { bytes in
                guard let row = rows.first(where: { bytes.starts(with: $0.key.utf8) }) else { return .unknown }
                return .known(length: row.key.utf8.count - 1, count: row.value)
            } _: { object in
                objects.append(String(decoding: object.bytes, as: UTF8.self))
            }
        }
        #expect(objects == [#"{"id":"b"}"#])
        #expect(try splitter.finish().count == 4)
    }

    /// Objects of which too little has arrived are kept until that can be told, whether they turn out to be known or not,
    /// longer or shorter than was hoped for.
    @Test(arguments: [#"{"id":"c"}"#, #"{"id":"other"}"#, "{}", #"{"x":{}},{},{"id":"c"}"#])
    func knownObjectsInPieces(_ last: String) throws {
        let page = Array(#"{"servers":[{"id":"c"},\#(last)],"x":"y"}"#.utf8)
        let known = Array(#"{"id":"c"}"#.utf8)
        let plain = Outcome(page, chunkEnds: [])
        for end in 0...page.count {
            for second in end...page.count {
                var (splitter, objects, passedOver) = (ListingSplitter(key: "servers"), [[UInt8]](), 0)
                for chunk in [page[..<end], page[end..<second], page[second...]] {
                    try Array(chunk).withUnsafeBytes { chunk in
                        try splitter.consume(chunk) { bytes in
                            guard bytes.count > known.count else { return .tooShort(needs: known.count + 1) }
                            guard bytes.starts(with: known) else { return .unknown }
                            passedOver += 1
                            return .known(length: known.count, count: 1)
                        } _: {
                            objects.append(Array($0.bytes))
                        }
                    }
                }
                #expect(try splitter.finish { objects.append(Array($0.bytes)) } == plain.end)
                #expect(objects.filter { $0 != known } == plain.objects.filter { $0 != known })
                #expect(passedOver + objects.count == plain.objects.count)
            }
        }
    }

    /// A page that ends while an object is awaited ends too early; one that nobody can await that long is looked into.
    @Test func awaitedInVain() throws {
        let page = Array(#"{"servers":[{"id":"c"}]}"#.utf8)
        for end in 13..<page.count - 1 {
            var splitter = ListingSplitter(key: "servers")
            let end = try Array(page[..<end]).withUnsafeBytes { chunk in
                try splitter.consume(chunk) { _ in
                    .tooShort(needs: 1000)
                } _: { _ in
                }
                return end
            }
            let error = #expect(throws: JSONError.self) { try splitter.finish { _ in } }
            #expect(error == JSONError(offset: end, reason: .unexpectedEnd))
        }
        var (splitter, objects) = (ListingSplitter(key: "servers", sizeLimit: 100), 0)
        try page.withUnsafeBytes { page in
            try splitter.consume(page) { _ in
                .tooShort(needs: 101)
            } _: { _ in
                objects += 1
            }
        }
        #expect(objects == 1)
    }

    @Test func anErrorOfTheReceiverIsFinal() throws {
        var splitter = ListingSplitter(key: "servers")
        let mine = JSONError(offset: 7, reason: .badEscape)
        var calls = 0
        for _ in 0..<2 {
            #expect(throws: mine) {
                try Array(#"{"servers":[{},{}]}"#.utf8).withUnsafeBytes { chunk in
                    try splitter.consume(chunk) { (_) throws(JSONError) in
                        calls += 1
                        throw mine
                    }
                }
            }
        }
        #expect(calls == 1)
    }

    @Test func theSplitterAgreesWithTheParser() throws {
        var random = Seeded()
        for _ in 0..<500 {
            let objects = (0..<random.below(6)).map { _ in random.object(depth: 3) }
            var page: Object = ["ports": .array(objects.map { .object($0) })]
            if random.below(2) == 0 { page["ports_links"] = [["rel": "next", "href": "h"]] }
            var members = page.members
            for index in 0..<random.below(3) { members.append(.init(key: "x\(index)", value: random.value(depth: 3))) }
            members.shuffle(using: &random)
            let bytes = JSON.serialize(.object(Object(uniqueMembers: members)))
            let ends = (0..<random.below(20)).map { _ in random.below(bytes.count + 1) }.sorted()
            let outcome = Outcome(bytes, key: "ports", chunkEnds: ends)
            try #require(outcome.end == PageEnd(next: page["ports_links"] == nil ? nil : "h", count: objects.count))
            for (index, object) in objects.enumerated() {
                #expect(try JSON.parse(outcome.objects[index]).isIdentical(to: .object(object)))
                #expect(outcome.ids[index] == Self.key(object["id"]))
                #expect(outcome.deviceIDs[index] == Self.key(object["device_id"]))
            }
        }
    }

    private static func key(_ value: Value?) -> ResourceKey? {
        guard let text = value?.string, !text.isEmpty else { return nil }
        return ResourceKey(text)
    }

    /// Damaged pages: no crash, and chunks make no difference to what is found wrong.
    @Test func damagedPagesGiveTheSameInAnyChunks() {
        var random = Seeded()
        let structural = Array(#"{}[]":,\ un0"#.utf8) + [0xC3, 0]
        for _ in 0..<2000 {
            var page = Array(Self.page.utf8)
            for _ in 0...random.below(3) {
                let place = random.below(page.count)
                if random.below(2) == 0 {
                    page[place] = structural[random.below(structural.count)]
                } else {
                    page.removeSubrange(place..<min(page.count, place + 1 + random.below(9)))
                }
            }
            let ends = (0..<random.below(12)).map { _ in random.below(page.count + 1) }.sorted()
            #expect(Outcome(page, chunkEnds: ends) == Outcome(page))
        }
    }
}
