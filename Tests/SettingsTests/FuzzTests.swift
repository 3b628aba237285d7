// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSeeded
import Testing

@testable import Settings

@Suite struct FuzzTests {
    /// Pieces of which files are made: indicators, words, numbers, keys.
    static let pieces =
        Schema.entries.flatMap { [$0.key, $0.name, $0.section] } + [
            ": ", ":", "\n", "\n  ", "- ", "? ", "{", "}", "[", "]", ", ", "&a ", "*a", "!!str ", "!!int ", "!x ",
            "|\n  ",
            ">-\n", "'", "\"", "\\", "#", "---\n", "...\n", "%YAML 1.1\n", "<<", "~", "null", "true", "1", "-1", "60",
            "1e999", ".inf", ".nan", "0x10", "010", "1:30", "999999999999999999999", "\t", " ", "\u{0}", "\u{FEFF}",
            "é",
            "\u{2028}", "@", "`", "mongodb://a:b@c",
        ]

    @Test("no file, variable or flag crashes or hangs, and each gives settings or problems")
    func random() {
        var random = Seeded()
        var outcomes = Set<Bool>()
        for _ in 0..<1500 {
            let text = random.pieces(Self.pieces, upTo: 25)
            var environment: [String: String] = [:]
            var flags: [String: String] = [:]
            if let entry = Schema.entries.randomElement(using: &random) {
                environment[entry.environmentNames[0]] = random.pieces(Self.pieces, upTo: 3)
                if let flag = entry.flag { flags[flag] = random.pieces(Self.pieces, upTo: 3) }
            }
            do {
                _ = try Settings.load(file: SettingsFile(path: "f", text: text), environment: environment, flags: flags)
                outcomes.insert(true)
            } catch {
                #expect(!error.problems.isEmpty && !error.description.isEmpty)
                outcomes.insert(false)
            }
        }
        #expect(outcomes == [true, false])
    }

    @Test("a mutated config.yaml neither")
    func mutated() {
        var random = Seeded()
        let original = Array(Schema.configFile.utf8)
        for _ in 0..<150 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...127, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.removeSubrange(index..<min(index + 200, bytes.count))
                }
            }
            let file = SettingsFile(path: "f", text: String(decoding: bytes, as: UTF8.self))
            do {
                let settings = try Settings.load(file: file).settings
                #expect(settings.description.split(separator: "\n").count == Schema.entries.count)
            } catch {
                #expect(!error.problems.isEmpty)
            }
        }
    }

    @Test(
        "deep nesting and aliases of aliases are refused or ignored at once",
        arguments: [
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
            String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 50_000),
            "storage:\n"
                + (1...40).map { "  a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
                .replacing("*a0", with: "x"),
        ])
    func bombs(_ text: String) {
        let result = Result { try Settings.load(file: SettingsFile(path: "f", text: text)) }
        if case .success(let loaded) = result { #expect(loaded.settings.places.isEmpty) }
    }

    @Test("what YAML calls a number is never read as another number")
    func numbers() {
        var random = Seeded()
        for _ in 0..<5000 {
            let integer = Int.random(in: .min...(.max), using: &random) >> Int.random(in: 0...63, using: &random)
            #expect(Written(plain: "\(integer)").content == .integer(integer))
            let double = Double(bitPattern: random.next())
            if double.isFinite, double != double.rounded() {
                #expect(Written(plain: "\(double)").content == .number(double))
            }
        }
    }

    @Test(
        "plain scalars",
        arguments: [
            ("", .null), ("~", .null), ("NULL", .null), ("nUll", .text), ("y", .text), ("1_000", .integer(1000)),
            ("+5", .integer(5)), ("-0", .integer(0)), ("0", .integer(0)), ("00", .text), ("007", .text), ("0_7", .text),
            ("0b1", .text), ("0o7", .text), ("1:30", .text), ("1.5", .number(1.5)), ("1.", .number(1)),
            (".5", .number(0.5)),
            ("-.5", .number(-0.5)), ("1e3", .number(1000)), ("1E+3", .number(1000)), (".inf", .number(.infinity)),
            ("-.INF", .number(-.infinity)), ("+.Inf", .number(.infinity)), (".", .text), ("-", .text), ("+", .text),
            ("e", .text), ("1e", .text), ("1-1", .text), ("--1", .text), ("_1", .text), ("inf", .text), ("nan", .text),
            ("0x1p3", .text), ("1 ", .text), ("١", .text), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ] as [(String, Written.Content)])
    func plain(text: String, content: Written.Content) {
        #expect(Written(plain: text).content == content)
    }

    @Test(
        "printed text reads back as that text",
        arguments: ["a", "127.0.0.1", "no", "5", "", "a: b", "it's", "# x", "null"])
    func printed(_ text: String) throws {
        let file = SettingsFile(path: "f", text: "database: {user: \(YAMLText.text(text)), host: h}")
        let settings = try Settings.load(file: file).settings
        #expect((settings.database.user ?? "") == text && settings.database.host == "h")
    }
}

extension Seeded {
    fileprivate mutating func pieces(_ pieces: [String], upTo count: Int) -> String {
        (0..<number(0...count)).map { _ in pick(pieces) }.joined()
    }
}
