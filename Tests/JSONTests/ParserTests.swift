// SPDX-License-Identifier: Apache-2.0

import JSON
import Testing
import Values

@Suite struct ParserTests {
    @Test(
        arguments: [
            ("null", .null), (" true ", true), ("false\n", false), ("0", .int32(0)), ("-0", .int32(0)),
            ("7", .int32(7)),
            ("2147483647", .int32(.max)), ("2147483648", .int64(2_147_483_648)), ("-2147483648", .int32(.min)),
            ("9223372036854775807", .int64(.max)), ("-9223372036854775808", .int64(.min)),
            ("9223372036854775808", .integer("9223372036854775808")),
            ("-9223372036854775809", .integer("-9223372036854775809")),
            ("1.0", .double(1)), ("-0.0", .double(-0.0)), ("1e3", .double(1000)), ("1E+2", .double(100)),
            ("5e-324", .double(.leastNonzeroMagnitude)),
            ("1e309", .double(.infinity)), ("-1e309", .double(-.infinity)), ("1e-400", .double(0)),
            ("-0e1", .double(-0.0)),
            ("0.1", .double(0.1)), ("9007199254740993.0", .double(9_007_199_254_740_992)),
            ("2.2250738585072011e-308", .double(Double.leastNormalMagnitude.nextDown)),
            ("0.500000000000000166533453693773481063544750213623046875", .double(0.5000000000000002)),
            ("Infinity", .double(.infinity)), ("-Infinity", .double(-.infinity)),
            ("[]", []), ("{}", [:]), ("[ 1 , [ ] , { } ]", [1, [], [:]]),
            (#"{"a":{"b":[null]}}"#, ["a": ["b": [.null]]]),
            (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0000\u00e9\u65E5""#, "\0é日"), (#""x\ud83d\ude80y""#, "x🚀y"), ("\"é日🚀\u{7F}\"", "é日🚀\u{7F}"),
            ("\"0123456789é0123456789\"", "0123456789é0123456789"),
            (#""0123456789\n0123456789é""#, "0123456789\n0123456789é"),
        ] as [(String, Value)])
    func accepted(text: String, value: Value) throws {
        #expect(try JSON.parse(text).isIdentical(to: value))
    }

    @Test func notANumber() throws {
        guard case .double(let value) = try JSON.parse("NaN") else { return #expect(Bool(false)) }
        #expect(value.isNaN)
    }

    @Test func longNumbersKeepTheirValue() throws {
        let digits = "1" + String(repeating: "0", count: 5000)
        #expect(try JSON.parse(digits).isIdentical(to: .integer(digits)))
        #expect(try JSON.parse(digits + ".5").isIdentical(to: .double(.infinity)))
        #expect(try JSON.parse("0." + String(repeating: "0", count: 400) + "1").isIdentical(to: 0.0))
        #expect(try JSON.parse("0." + String(repeating: "3", count: 5000)).isIdentical(to: .double(1.0 / 3)))
    }

    @Test(
        arguments: [
            ("", 0, .emptyBody), (" \n", 2, .emptyBody), ("\u{FEFF}{}", 0, .byteOrderMark),
            (" <html>\n<b>", 1, .markup(beginning: "<html> <b>")),
            ("{} x", 3, .trailingBytes), ("1 2", 2, .trailingBytes), ("01", 1, .trailingBytes),
            ("[01]", 2, .unexpectedByte(0x31, expected: "\",\" or \"]\"")), ("-", 1, .unexpectedEnd),
            ("-a", 1, .unexpectedByte(0x61, expected: "a digit")), ("1.", 2, .unexpectedEnd),
            ("[1.]", 3, .unexpectedByte(0x5D, expected: "a digit")),
            ("1e", 2, .unexpectedEnd), ("1e+", 3, .unexpectedEnd),
            (".5", 0, .unexpectedByte(0x2E, expected: "a value")),
            ("+1", 0, .unexpectedByte(0x2B, expected: "a value")), ("-Inf", 4, .unexpectedEnd),
            ("nul", 3, .unexpectedEnd), ("nulx", 3, .unexpectedByte(0x78, expected: "\"null\"")),
            ("TRUE", 0, .unexpectedByte(0x54, expected: "a value")),
            ("[", 1, .unexpectedEnd), ("[1", 2, .unexpectedEnd), ("[1,", 3, .unexpectedEnd),
            ("[1,]", 3, .unexpectedByte(0x5D, expected: "a value")),
            ("[1}", 2, .unexpectedByte(0x7D, expected: "\",\" or \"]\"")),
            ("]", 0, .unexpectedByte(0x5D, expected: "a value")),
            ("{", 1, .unexpectedEnd), ("{1:2}", 1, .unexpectedByte(0x31, expected: "a key")),
            (#"{"a"}"#, 4, .unexpectedByte(0x7D, expected: "\":\"")),
            (#"{"a":1,}"#, 7, .unexpectedByte(0x7D, expected: "a key")),
            (#"{"a":1]"#, 6, .unexpectedByte(0x5D, expected: "\",\" or \"}\"")),
            (#""a"#, 2, .unexpectedEnd), ("\"a\nb\"", 2, .controlCharacter(0x0A)),
            ("\"\\n\u{1F}\"", 3, .controlCharacter(0x1F)),
            (#""\x""#, 1, .badEscape), (#""\u12g4""#, 1, .badEscape), (#""\u12"#, 5, .unexpectedEnd),
            ("\"\\", 2, .unexpectedEnd),
            (#""\ud800\u12x4""#, 7, .badEscape), (#""\n"#, 3, .unexpectedEnd),
            ("'a'", 0, .unexpectedByte(0x27, expected: "a value")),
        ] as [(String, Int, JSONError.Reason)])
    func refused(text: String, offset: Int, reason: JSONError.Reason) {
        #expect(throws: JSONError(offset: offset, reason: reason)) { try JSON.parse(text) }
    }

    @Test(
        arguments: [
            [0x80], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF],
        ] as [[UInt8]])
    func invalidUTF8IsRefused(bytes: [UInt8]) {
        for prefix in ["", "abcdefghi", #"\n"#] {
            let text = Array("[\"\(prefix)".utf8) + bytes + Array("\"]".utf8)
            #expect(throws: JSONError(offset: 2, reason: .invalidUTF8)) { try JSON.parse(text) }
        }
    }

    @Test(arguments: [
        #""\ud800""#, #""\udc00""#, #""a\ud800b""#, #""\ud800\ud800""#, #""\udc00\ud800""#, #""\ud800\n""#,
    ])
    func aLoneSurrogateIsUnrepresentable(text: String) throws {
        guard case .unrepresentable = try JSON.parse(text) else { return #expect(Bool(false)) }
        let inside = try JSON.parse("{\"a\": \(text), \"b\": 1}")
        guard case .unrepresentable? = inside["a"] else { return #expect(Bool(false)) }
        #expect(inside["b"]?.isIdentical(to: 1) == true)
        let key = try JSON.parse("[{\(text): {\"x\": 1}, \"b\": 1}, 2]")
        guard case .unrepresentable? = key[0] else { return #expect(Bool(false)) }
        #expect(key[1]?.isIdentical(to: 2) == true)
    }

    @Test func aPairAfterALoneSurrogateIsOneCharacter() throws {
        guard case .unrepresentable = try JSON.parse(#""\ud83d\ud83d\ude80""#) else { return #expect(Bool(false)) }
    }

    @Test func ofEqualKeysTheLastValueCountsInTheFirstPlace() throws {
        let object = try #require(try JSON.parse(#"{"a":1,"b":2,"\u0061":3,"\u00e9":4,"e\u0301":5}"#).object)
        #expect(object.members.map { Array($0.key.utf8) } == ["a", "b", "\u{E9}", "e\u{301}"].map { Array($0.utf8) })
        #expect(object.members[0].value.isIdentical(to: 3))
    }

    /// Large objects, where a table finds the keys, with objects of all sizes inside.
    @Test(arguments: [1, 63, 64, 65, 200, 1000])
    func manyKeys(count: Int) throws {
        let inner = "{\((0..<100).map { "\"k\($0)\":0" }.joined(separator: ","))}"
        let members = (0..<count).map { "\"k\($0)\":\($0 % 7 == 0 ? inner : "1")" }
        let text = "{\((members + members.reversed()).joined(separator: ","))}"
        let object = try #require(try JSON.parse(text).object)
        #expect(object.members.map(\.key) == (0..<count).map { "k\($0)" })
        #expect(object["k0"]?.object?.count == 100)
    }

    @Test func depth() throws {
        let limit = JSON.depthLimit
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let core = open == "[" ? "" : "1"
            let deepest = String(repeating: open, count: limit) + core + String(repeating: close, count: limit)
            #expect(throws: Never.self) { try JSON.parse(deepest) }
            let offset = open.utf8.count * limit
            #expect(throws: JSONError(offset: offset, reason: .tooDeep(limit: limit))) {
                try JSON.parse(String(repeating: open, count: 1_000_000))
            }
        }
    }

    @Test func errorsSayWhatAndWhere() {
        #expect(
            JSONError(offset: 3, reason: .controlCharacter(9)).description
                == "control character byte 0x09 in a string (byte 3)")
        #expect(JSONError(offset: 0, reason: .emptyBody).description == "empty body (byte 0)")
        #expect(
            JSONError(offset: 2, reason: .unexpectedByte(0x7D, expected: "a value")).description
                == "expected a value, found \"}\" (byte 2)")
        #expect(
            JSONError(offset: 0, reason: .markup(beginning: "<html>")).description
                == "the body is no JSON, it begins with \"<html>\" (byte 0)")
    }
}
