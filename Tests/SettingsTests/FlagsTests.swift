// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Testing

@testable import Settings

@Suite struct FlagsTests {
    /// A command as `vimwatch run` has it.
    struct Command: ParsableCommand {
        @Flag var once = false
        @OptionGroup var settings: SettingsFlags
    }

    static let all = Schema.entries.flatMap { [$0.flag, $0.fileFlag].compactMap { $0 } }

    // Few long command lines instead of many short ones: debug builds of ArgumentParser check the definition of a
    // command again and again.
    @Test("each entry is a flag of the command, its text arrives, and of several the last counts")
    func eachEntry() throws {
        let expected = Dictionary(uniqueKeysWithValues: Self.all.map { ($0, "text of \($0)") })
        #expect(try parse(Self.all.flatMap { [$0, "text of \($0)"] }).values == expected)
        let arguments = ["--once"] + Self.all.flatMap { ["\($0)=first", "\($0)=text of \($0)"] }
        #expect(try parse(arguments).values == expected)
        #expect(throws: (any Error).self) { try parse(["--writer-batch"]) }
    }

    @Test("no flag, no value; only the sample is set")
    func none() throws {
        let flags = try parse([])
        #expect(flags.values.isEmpty && flags.config == nil)
        #expect(try parse(["--config", "a.yaml"]).config == "a.yaml")
    }

    @Test("a negative number is a value, not a flag")
    func negative() throws {
        let flags = try parse(["--period-refresh-active", "-1", "--once"])
        #expect(flags.values == ["--period-refresh-active": "-1"])
        #expect(try Settings.load(file: nil, flags: flags.values).settings.period.refreshActive == -1)
    }

    @Test(
        "unknown flags and secrets on the command line are errors",
        arguments: [
            ["--writer-bacth", "5"], ["--database-password", "hunter2"], ["--database-commonkey=x"], ["--period"],
            ["x"],
        ])
    func unknown(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try parse(arguments) }
        #expect(error.map { Command.message(for: $0) }?.contains(arguments[0].prefix { $0 != "=" }) == true)
    }

    @Test("help lists every flag with its text and default, in groups")
    func help() throws {
        let words = Command.helpMessage(columns: 100).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for section in Schema.sections {
            let lines = section.entries.flatMap { entry in
                let name = entry.kind.valueName
                let standard = entry.defaultText.map { " (default: \($0))" } ?? ""
                return [
                    entry.flag.map { "\($0) <\(name)> \(entry.help)\(standard)." },
                    entry.fileFlag.map { "\($0) <file> File with \(entry.key)." },
                ].compactMap { $0 }
            }
            #expect(words.contains("\(section.title.uppercased()): \(lines.joined(separator: " ")) "))
        }
    }

    private func parse(_ arguments: [String]) throws -> SettingsFlags {
        try #require(try Command.parseAsRoot(arguments) as? Command).settings
    }
}
