// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Settings

/// The files of the repository that the table prints. `VIMWATCH_REGENERATE=1 swift test` writes them anew.
@Suite struct PagesTests {
    static let pages = [
        ("config.yaml", Schema.configFile),
        ("docs/configuration.md", Schema.referencePage),
    ]

    @Test("the committed file is what the table prints", arguments: pages)
    func committed(path: String, text: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appendingPathComponent(path)
        if ProcessInfo.processInfo.environment["VIMWATCH_REGENERATE"] != nil {
            try text.write(to: file.resolvingSymlinksInPath(), atomically: false, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    @Test("config.yaml names every key, and reading it changes nothing but where things are set")
    func configFileIsDefaults() throws {
        let file = SettingsFile(path: "config.yaml", text: Schema.configFile)
        let (settings, warnings) = try Settings.load(file: file)
        #expect(warnings.isEmpty)
        for entry in Schema.entries {
            #expect(entry.show(settings) == entry.defaultText, "\(entry.key)")
            #expect(settings.places[entry.key] != nil || entry.defaultText == nil, "\(entry.key)")
        }
        var problems: [SettingsError.Problem] = []
        let named = FileSource.read(file, problems: &problems).map(\.entry.key)
        #expect(named == Schema.entries.map(\.key))
    }

    @Test("each key of the file has a comment right above it")
    func comments() {
        let lines = Schema.configFile.split(separator: "\n", omittingEmptySubsequences: false)
        for entry in Schema.entries {
            let index = lines.firstIndex(of: "  # \(Schema.comment(on: entry))")
            #expect(index.map { lines[$0 + 1].hasPrefix("  \(entry.name): ") } == true, "\(entry.key)")
        }
    }

    @Test("the reference names key, flags, default and bounds of each entry")
    func reference() throws {
        let rows = Schema.referencePage.split(separator: "\n")
        for entry in Schema.entries {
            let row = try #require(rows.first { $0.hasPrefix("| `\(entry.key)`") })
            for part in [entry.help, entry.allowed, entry.defaultText ?? "–", entry.flag ?? "`", entry.fileFlag ?? "`"]
            {
                #expect(row.contains(part), "\(entry.key)")
            }
            #expect(row.contains("●") == (entry.origin == .kept))
        }
    }

    @Test("a line of help is one sentence, and nothing breaks the table or the comment")
    func style() {
        for entry in Schema.entries {
            #expect(!entry.help.isEmpty && !entry.help.hasSuffix(".") && !entry.help.contains("|"), "\(entry.key)")
            #expect(!entry.help.contains("\n") && !entry.allowed.contains("|"), "\(entry.key)")
        }
    }
}
