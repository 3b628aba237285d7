// SPDX-License-Identifier: Apache-2.0

import Support
import Testing

@testable import Settings

@Suite struct SchemaTests {
    @Test("keys, flags and variables are each one's own")
    func unique() {
        let keys = Schema.entries.map(\.key)
        let flags = Schema.entries.flatMap { [$0.flag, $0.fileFlag].compactMap { $0 } }
        let variables = Schema.entries.flatMap(\.environmentNames)
        #expect(Set(keys).count == keys.count)
        #expect(Set(flags).count == flags.count)
        #expect(Set(variables).count == variables.count)
        #expect(EnvironmentSource.others.isDisjoint(with: variables))
        #expect(Foreign.keys.isDisjoint(with: keys))
        #expect(Foreign.sections.isDisjoint(with: Schema.sections.map(\.name)))
    }

    @Test("an entry stands in the section that its key names")
    func sections() {
        for section in Schema.sections {
            #expect(!section.entries.isEmpty)
            for entry in section.entries { #expect(entry.section == section.name && entry.key.hasPrefix(section.name)) }
        }
    }

    @Test("names follow from the key")
    func names() throws {
        let uri = try #require(Schema.byKey["database.uri"])
        #expect(uri.flag == "--database-uri" && uri.fileFlag == "--database-uri-file")
        #expect(uri.environmentNames == ["VIMWATCH_DATABASE_URI", "OSMRO_DATABASE_URI"])
        let timeout = try #require(Schema.byKey["database.connect_timeout"])
        #expect(timeout.flag == "--database-connect-timeout" && timeout.fileFlag == nil)
        #expect(timeout.environmentNames == ["VIMWATCH_DATABASE_CONNECT_TIMEOUT"])
        let password = try #require(Schema.byKey["database.password"])
        #expect(password.flag == nil && password.fileFlag == "--database-password-file")
    }

    static let kept: Set<String> = [
        "database.driver", "database.uri", "database.host", "database.port", "database.name", "database.user",
        "database.password", "database.replicaset", "database.commonkey", "database.masterpassword",
        "database.loglevel", "period.refresh_active", "log.level",
    ]

    @Test("exactly NG-RO's keys are kept from it")
    func keptKeys() {
        #expect(Set(Schema.entries.filter { $0.origin == .kept }.map(\.key)) == Self.kept)
    }

    /// A value other than the default that the key takes.
    static func sample(_ entry: Entry) -> String {
        switch entry.kind {
        case .text: "other"
        case .secret: "hunter2"
        case .uri(let schemes): "\(schemes[0])://other/"
        case .boolean: entry.defaultText == "true" ? "false" : "true"
        case .integer(let range):
            entry.defaultText == "\(range.upperBound)" ? "\(range.lowerBound)" : "\(range.upperBound)"
        case .number(let range), .period(let range): YAMLText.number(range.upperBound)
        case .seconds(let range): YAMLText.number(range.upperBound)
        case .choice(let words): words.last { $0 != entry.defaultText } ?? ""
        }
    }

    @Test("each key changes the settings, its own value and nothing else", arguments: Schema.entries.map(\.key))
    func eachKey(_ key: String) throws {
        let entry = try #require(Schema.byKey[key])
        // Watermarks and waits come in pairs that must stay in order.
        let partners = [
            "channel.low": ["VIMWATCH_CHANNEL_HIGH": "1000000"], "poll.backoff": ["VIMWATCH_POLL_BACKOFF_MAX": "86400"],
            "concurrency.accounts": ["VIMWATCH_HTTP_MAX_CONNECTIONS": "9999"],
            "concurrency.slow_accounts": ["VIMWATCH_HTTP_MAX_CONNECTIONS": "9999"],
            "concurrency.requests_per_account": ["VIMWATCH_HTTP_MAX_CONNECTIONS": "9999"],
        ]
        let partner = partners[key] ?? [:]
        let before = try Settings.load(file: nil, environment: partner).settings
        let value = Self.sample(entry)
        let after = try Settings.load(
            file: nil, environment: partner.merging([entry.environmentNames[0]: value]) { $1 }
        ).settings
        for other in Schema.entries {
            #expect((other.show(before) != other.show(after)) == (other.key == key), "\(other.key)")
        }
    }

    @Test("bounds are inside", arguments: Schema.entries.map(\.key))
    func bounds(_ key: String) throws {
        let entry = try #require(Schema.byKey[key])
        let (inside, outside): ([String], [String]) =
            switch entry.kind {
            case .integer(let range):
                (
                    ["\(range.lowerBound)", "\(range.upperBound)"],
                    ["\(range.lowerBound - 1)", "\(range.upperBound + 1)", "99999999999999999999"]
                )
            case .number(let range), .seconds(let range):
                (
                    [YAMLText.number(range.lowerBound), YAMLText.number(range.upperBound)],
                    ["\(range.lowerBound.nextDown)", "\(range.upperBound.nextUp)", ".nan", ".inf", "-.inf", "1e400"]
                )
            case .period(let range):
                (
                    ["-1", "60", "0", "-1e300", "-.inf", "true", YAMLText.number(range.upperBound)],
                    ["\(range.upperBound.nextUp)", ".nan", ".inf"]
                )
            case .choice(let words):
                (words + words.map { $0.lowercased() } + words.map { $0.uppercased() }, ["other", ""])
            case .uri(let schemes): (schemes.map { "\($0)://host" } + [""], ["host", "ftp://host", "\(schemes[0])://"])
            case .text, .secret, .boolean: ([], [])
            }
        for text in inside {
            var settings = Settings()
            #expect(throws: Never.self, "\(text)") { try assign(entry, text, &settings) }
        }
        for text in outside {
            var settings = Settings()
            #expect(throws: Mismatch.range, "\(text)") { try assign(entry, text, &settings) }
        }
    }

    private func assign(_ entry: Entry, _ text: String, _ settings: inout Settings) throws {
        try entry.assign(entry.kind.takesRawText ? Written(.text, text) : Written(plain: text), &settings)
    }

    @Test("zero leaves the size of pages to the cloud")
    func pageSizes() throws {
        #expect(Settings().http.pageSize == nil && Settings().http.portsPageSize == 1000)
        let environment = ["VIMWATCH_HTTP_PAGE_SIZE": "500", "VIMWATCH_HTTP_PORTS_PAGE_SIZE": "0"]
        let settings = try Settings.load(file: nil, environment: environment).settings
        #expect(settings.http.pageSize == 500 && settings.http.portsPageSize == nil)
    }

    @Test(
        "the older name of the common key is used only without the newer",
        arguments: [
            ("new", "old", "new"), ("", "old", "old"), (nil, "old", "old"), ("new", nil, "new"), (nil, nil, nil),
        ] as [(String?, String?, String?)])
    func fieldKey(commonkey: String?, masterpassword: String?, expected: String?) throws {
        var environment: [String: String] = [:]
        environment["OSMRO_DATABASE_COMMONKEY"] = commonkey
        environment["OSMRO_DATABASE_MASTERPASSWORD"] = masterpassword
        #expect(try Settings.load(file: nil, environment: environment).settings.database.fieldKey?.reveal == expected)
    }
}
