// SPDX-License-Identifier: Apache-2.0

import Support
import Testing

@testable import Settings

@Suite struct LoadTests {
    typealias Problem = SettingsError.Problem

    private static func file(_ text: String) -> SettingsFile { SettingsFile(path: "/etc/v.yaml", text: text) }

    private func problems(
        file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:],
        files: [String: String] = [:]
    ) -> [Problem] {
        do throws(SettingsError) {
            _ = try Settings.load(
                file: file.map(Self.file), environment: environment, flags: flags,
                read: { (path) throws(SettingsFile.ReadError) in
                    guard let text = files[path] else { throw SettingsFile.ReadError(reason: "no such file") }
                    return text
                })
            return []
        } catch {
            return error.problems
        }
    }

    // MARK: - Precedence

    /// Four sources for one key, the weakest first, each with a value of its own.
    static let pairs: [(weaker: Int, stronger: Int)] = (0..<4).flatMap { weaker in
        (weaker + 1..<4).map { (weaker, $0) }
    }

    @Test("of two sources the stronger wins", arguments: pairs)
    func precedence(weaker: Int, stronger: Int) throws {
        let given = { (source: Int) in source == weaker || source == stronger }
        let (settings, _) = try Settings.load(
            file: given(0) ? Self.file("database: {port: 1000}") : nil,
            environment: [
                "OSMRO_DATABASE_PORT": given(1) ? "1001" : "", "VIMWATCH_DATABASE_PORT": given(2) ? "1002" : "",
            ],
            flags: given(3) ? ["--database-port": "1003"] : [:])
        let places: [Place] = [
            .file(path: "/etc/v.yaml", line: 1), .environment("OSMRO_DATABASE_PORT"),
            .environment("VIMWATCH_DATABASE_PORT"), .flag("--database-port"),
        ]
        #expect(settings.database.port == 1000 + stronger)
        #expect(settings.places == ["database.port": places[stronger]])
    }

    @Test("each source alone is stronger than the default", arguments: [
        ("writer: {batch: 7}", [:], [:]), (nil, ["VIMWATCH_WRITER_BATCH": "7"], [:]), (nil, [:], ["--writer-batch": "7"]),
    ] as [(String?, [String: String], [String: String])])
    func overDefault(file: String?, environment: [String: String], flags: [String: String]) throws {
        let settings = try Settings.load(file: file.map(Self.file), environment: environment, flags: flags).settings
        #expect(settings.writer.batch == 7)
        #expect(Settings().writer.batch == 1000)
    }

    @Test("nothing set is nothing changed", arguments: [
        "", "# nothing\n", "---\n", "null", "poll:\n", "poll: {interval: null}", "poll: {}", "log: {level: }", "log: ~",
    ])
    func empty(_ text: String) throws {
        let (settings, warnings) = try Settings.load(file: Self.file(text), environment: ["VIMWATCH_LOG_LEVEL": ""])
        #expect(settings.places.isEmpty && warnings.isEmpty)
        #expect(settings.description == Settings().description)
    }

    // MARK: - What is accepted

    @Test("the forms of a file", arguments: [
        "writer:\n  batch: 7\n", "writer: {batch: 7}", "writer.batch: 7", "{\"writer\": {\"batch\": 7}}",
        "writer:\n  batch: +7 # seven\n", "x: &x 7\nwriter: {batch: *x}".replacing("x: &x 7\n", with: "global: &x 7\n"),
    ])
    func forms(_ text: String) throws {
        #expect(try Settings.load(file: Self.file(text)).settings.writer.batch == 7)
    }

    @Test("YAML's words for true and false, in every source", arguments: [
        ("true", true), ("Yes", true), ("ON", true), ("false", false), ("no", false), ("Off", false),
    ])
    func booleans(text: String, value: Bool) throws {
        let all = [
            try Settings.load(file: Self.file("reconcile: {parity: \(text)}")),
            try Settings.load(file: nil, environment: ["VIMWATCH_RECONCILE_PARITY": text]),
            try Settings.load(file: nil, flags: ["--reconcile-parity": text]),
        ]
        #expect(all.allSatisfy { $0.settings.reconcile.parity == value })
    }

    @Test("text of a variable is taken as it is", arguments: [
        "5", "true", "null", "a: b", "'quoted'", " # no comment", "[", "é\n",
    ])
    func rawText(_ text: String) throws {
        for name in ["OSMRO_DATABASE_USER", "VIMWATCH_DATABASE_USER"] {
            #expect(try Settings.load(file: nil, environment: [name: text]).settings.database.user == text)
        }
        let settings = try Settings.load(file: nil, environment: ["OSMRO_DATABASE_COMMONKEY": text]).settings
        #expect(settings.database.commonkey?.reveal == text)
    }

    @Test("a number of a variable is a YAML scalar", arguments: ["60.5", " 60.5 ", "60.5 # comment", "6.05e1"])
    func yamlScalars(_ text: String) throws {
        let settings = try Settings.load(file: nil, environment: ["OSMRO_PERIOD_REFRESH_ACTIVE": text]).settings
        #expect(settings.period.refreshActive == 60.5)
    }

    @Test("the environment of OSM's chart is accepted as it is")
    func chart() throws {
        let (settings, warnings) = try Settings.load(
            file: nil,
            environment: [
                "OSMRO_MESSAGE_HOST": "kafka", "OSMRO_STORAGE_DRIVER": "mongo", "OSMRO_STORAGE_PATH": "/app/storage",
                "OSMRO_STORAGE_COLLECTION": "files", "OSMRO_LOG_LEVEL": "INFO", "OSMRO_PERIOD_REFRESH_ACTIVE": "-1",
                "OSMRO_DATABASE_COMMONKEY": "gj7LmbCexbmII7memwbGRRdfbYuT3nvy",
                "OSMRO_DATABASE_URI": "mongodb://root:pw@mongodb-k8s:27017/?replicaSet=rs0",
                "OSMRO_STORAGE_URI": "mongodb://root:pw@mongodb-k8s:27017/?replicaSet=rs0", "PATH": "/bin", "HOME": "/",
            ])
        #expect(warnings.isEmpty)
        #expect(settings.database.uri?.reveal == "mongodb://root:pw@mongodb-k8s:27017/?replicaSet=rs0")
        #expect(settings.database.fieldKey?.reveal == "gj7LmbCexbmII7memwbGRRdfbYuT3nvy")
        #expect(settings.log.level == .info)
        guard case .idle(let reason) = settings.pollInterval else { throw Unexpected() }
        #expect(reason.contains("OSMRO_PERIOD_REFRESH_ACTIVE") && reason.contains("poll.interval"))
    }

    struct Unexpected: Error {}

    @Test("NG-RO's other sections and keys are ignored, in the file and the environment")
    func foreign() throws {
        let text = """
            /: {tools.sessions.on: true}
            /static: {tools.staticdir.on: true}
            global: {server.socket_port: 9090, log.level: DEBUG}
            server: 5
            storage: {driver: local, path: /app/storage}
            message: [kafka]
            authentication: {backend: internal}
            test: null
            tools: {a: {b: c}}
            database: {logfile: /var/log/ro.log, name: other}
            period: {refresh_build: 15, refresh_image: 3600 * 10, refresh_error: 600, queue_size: 100}
            log: {screen: false}
            """
        let environment = [
            "OSMRO_SERVER_SOCKET_PORT": "9090", "OSMRO_PERIOD_REFRESH_BUILD": "15", "OSMRO_LOG_FILE": "x",
            "OSMRO_TOOLS_SESSIONS_ON": "true", "OSMRO_STATIC_ON": "1", "OSMRO_TEST_X": "1", "OSMRO_AUTH_X": "",
        ]
        let (settings, warnings) = try Settings.load(file: Self.file(text), environment: environment)
        #expect(warnings.isEmpty)
        #expect(Set(settings.places.keys) == ["database.name"])
    }

    @Test("unknown variables of NG-RO get one warning")
    func unknownKept() throws {
        let environment = ["OSMRO_DATABASE_COLOUR": "1", "OSMRO_X": "hunter2", "OSMRO_WRITER_BATCH": "5", "OSMROX": "1"]
        let warnings = try Settings.load(file: nil, environment: environment).warnings
        #expect(warnings.count == 1)
        #expect(
            warnings.first?.contains("OSMRO_DATABASE_COLOUR, OSMRO_WRITER_BATCH, OSMRO_X") == true)
        #expect(warnings.first?.contains("hunter2") == false)
    }

    @Test("variables that Kubernetes sets for a service called vimwatch are no mistakes of the operator")
    func serviceLinks() throws {
        let environment = [
            "VIMWATCH_SERVICE_HOST": "10.0.0.1", "VIMWATCH_SERVICE_PORT": "9464", "VIMWATCH_SERVICE_PORT_METRICS": "9464",
            "VIMWATCH_PORT": "tcp://10.0.0.1:9464", "VIMWATCH_PORT_9464_TCP": "tcp://10.0.0.1:9464",
            "VIMWATCH_PORT_9464_TCP_PROTO": "tcp", "VIMWATCH_PORT_9464_TCP_PORT": "9464",
            "VIMWATCH_PORT_9464_TCP_ADDR": "10.0.0.1", "VIMWATCH_METRICS_SERVICE_HOST": "10.0.0.2",
            "VIMWATCH_METRICS_PORT": "tcp://10.0.0.2:80", "VIMWATCH_CONFIG": "/x",
        ]
        let (settings, warnings) = try Settings.load(file: nil, environment: environment)
        #expect(warnings.isEmpty && settings.places.isEmpty)
        #expect(problems(environment: ["VIMWATCH_HTTP_PORT": "80"]).map(\.key) == ["http.port"])
    }

    // MARK: - What is refused

    struct Bad: Sendable, CustomTestStringConvertible {
        var file: String?
        var environment: [String: String] = [:]
        var flags: [String: String] = [:]
        let code: Problem.Code
        /// What the message must name: key, value, what is allowed, place.
        let parts: [String]
        var testDescription: String { "\(file ?? "") \(environment) \(flags)" }
    }

    static let bad: [Bad] = [
        // Unknown keys
        Bad(file: "writer:\n  bacth: 5", code: .unknownKey, parts: ["writer.bacth", "'5'", "batch, bytes, linger", "/etc/v.yaml:2"]),
        Bad(file: "\n\nwirter: {batch: 5}", code: .unknownKey, parts: ["'wirter'", "poll, concurrency", "/etc/v.yaml:3"]),
        Bad(file: "5: 5", code: .unknownKey, parts: ["'5'", "/etc/v.yaml:1"]),
        Bad(file: "database: {url: x}", code: .unknownKey, parts: ["database.url", "uri", "/etc/v.yaml:1"]),
        Bad(
            environment: ["VIMWATCH_WRITER_BACTH": "5"], code: .unknownKey,
            parts: ["writer.bacth", "'5'", "batch", "environment variable VIMWATCH_WRITER_BACTH"]),
        Bad(environment: ["VIMWATCH_NONSENSE": "5"], code: .unknownKey, parts: ["nonsense", "known sections"]),
        Bad(flags: ["--writer-bacth": "5"], code: .unknownKey, parts: ["--writer-bacth", "--help"]),
        // Wrong types
        Bad(file: "writer:\n  batch: many", code: .wrongType, parts: ["writer.batch", "'many'", "an integer from 1 to 100000 (updates)", "/etc/v.yaml:2"]),
        Bad(file: "writer: {batch: '5'}", code: .wrongType, parts: ["writer.batch", "'5'", "integer"]),
        Bad(file: "writer: {batch: 5.5}", code: .wrongType, parts: ["writer.batch", "'5.5'", "integer"]),
        Bad(file: "writer: {batch: 1e3}", code: .wrongType, parts: ["writer.batch", "'1e3'", "integer"]),
        Bad(file: "writer: {batch: 010}", code: .wrongType, parts: ["writer.batch", "'010'", "integer"]),
        Bad(file: "writer: {batch: 0x10}", code: .wrongType, parts: ["writer.batch", "'0x10'", "integer"]),
        Bad(file: "writer: {batch: !!str 5}", code: .wrongType, parts: ["writer.batch", "'5'", "integer"]),
        Bad(file: "writer: {batch: [5]}", code: .wrongType, parts: ["writer.batch", "a list", "integer"]),
        Bad(file: "writer: {batch: {a: 5}}", code: .wrongType, parts: ["writer.batch", "a mapping", "integer"]),
        Bad(file: "writer: 5", code: .wrongType, parts: ["writer", "batch, bytes, linger", "/etc/v.yaml:1"]),
        Bad(file: "writer: [5]", code: .wrongType, parts: ["writer", "batch, bytes, linger"]),
        Bad(file: "writer: {linger: 1:30}", code: .wrongType, parts: ["writer.linger", "'1:30'", "seconds from 0 to 60"]),
        Bad(file: "reconcile: {parity: 1}", code: .wrongType, parts: ["reconcile.parity", "'1'", "true or false"]),
        Bad(file: "database: {name: 5}", code: .wrongType, parts: ["database.name", "'5'", "text, in quotes"]),
        Bad(file: "database: {name: true}", code: .wrongType, parts: ["database.name", "'true'", "in quotes"]),
        Bad(file: "log: {level: 10}", code: .wrongType, parts: ["log.level", "'10'", "DEBUG, INFO"]),
        Bad(file: "period: {refresh_active: '60'}", code: .wrongType, parts: ["period.refresh_active", "'60'", "seconds"]),
        Bad(environment: ["OSMRO_PERIOD_REFRESH_ACTIVE": "'60'"], code: .wrongType, parts: ["period.refresh_active", "'60'", "environment variable OSMRO_PERIOD_REFRESH_ACTIVE"]),
        Bad(environment: ["OSMRO_DATABASE_PORT": "tcp://10.0.0.1:1"], code: .wrongType, parts: ["database.port", "'tcp://10.0.0.1:1'", "OSMRO_DATABASE_PORT"]),
        Bad(environment: ["VIMWATCH_WRITER_BATCH": "[5]"], code: .wrongType, parts: ["writer.batch", "'[5]'"]),
        Bad(environment: ["VIMWATCH_WRITER_BATCH": "{"], code: .wrongType, parts: ["writer.batch", "'{'"]),
        Bad(flags: ["--writer-batch": "five"], code: .wrongType, parts: ["writer.batch", "'five'", "flag --writer-batch"]),
        Bad(flags: ["--reconcile-parity": "maybe"], code: .wrongType, parts: ["reconcile.parity", "'maybe'", "true or false", "--reconcile-parity"]),
        // Out of range
        Bad(file: "writer: {batch: 0}", code: .outOfRange, parts: ["writer.batch", "'0'", "from 1 to 100000", "/etc/v.yaml:1"]),
        Bad(file: "writer: {batch: 99999999999999999999}", code: .outOfRange, parts: ["writer.batch", "99999999999999999999"]),
        Bad(file: "poll: {interval: 0.5}", code: .outOfRange, parts: ["poll.interval", "'0.5'", "seconds from 1 to 31536000"]),
        Bad(file: "poll: {interval: .nan}", code: .outOfRange, parts: ["poll.interval", "'.nan'"]),
        Bad(environment: ["OSMRO_LOG_LEVEL": "LOUD"], code: .outOfRange, parts: ["log.level", "'LOUD'", "TRACE, DEBUG", "OSMRO_LOG_LEVEL"]),
        Bad(file: "database: {driver: posgresql}", code: .outOfRange, parts: ["database.driver", "'posgresql'", "mongo, memory"]),
        Bad(file: "database: {name: ''}", code: .outOfRange, parts: ["database.name", "''", "not empty"]),
        Bad(flags: ["--deletion-hold-percent": "101"], code: .outOfRange, parts: ["deletion.hold_percent", "'101'", "from 0 to 100", "--deletion-hold-percent"]),
        Bad(file: "database: {uri: 'http://mongo'}", code: .outOfRange, parts: ["database.uri", "<redacted>", "mongodb://"]),
        // Others
        Bad(file: "writer: {batch: 5}\nwriter.batch: 6", code: .setTwice, parts: ["writer.batch", "/etc/v.yaml:2"]),
        Bad(file: "writer: {batch: 5, batch: 6}", code: .malformed, parts: ["batch", "twice", "/etc/v.yaml:1"]),
        Bad(file: "writer: {batch: 5", code: .malformed, parts: ["/etc/v.yaml", "expected"]),
        Bad(file: "a\n  b: c\n- d", code: .malformed, parts: ["/etc/v.yaml:2"]),
        Bad(file: "writer: *nothing", code: .malformed, parts: ["undefined alias", "/etc/v.yaml:1"]),
        Bad(file: "a: 1\n---\nb: 2", code: .malformed, parts: ["another document", "/etc/v.yaml"]),
        Bad(file: "\u{1}", code: .malformed, parts: ["control characters are not allowed"]),
        Bad(file: "- database", code: .malformed, parts: ["mapping of sections", "/etc/v.yaml:1"]),
        Bad(file: "just text", code: .malformed, parts: ["mapping of sections"]),
        Bad(file: "? [a]\n: b", code: .malformed, parts: ["a key must be text", "/etc/v.yaml:1"]),
        Bad(file: "channel: {low: 300}", code: .conflict, parts: ["channel.low", "300", "channel.high (256)", "/etc/v.yaml:1"]),
        Bad(flags: ["--poll-backoff": "301"], code: .conflict, parts: ["poll.backoff", "301", "poll.backoff_max (300)", "--poll-backoff"]),
        Bad(flags: ["--database-uri": "mongodb://a", "--database-uri-file": "x"], code: .setTwice, parts: ["database.uri", "--database-uri-file"]),
        Bad(flags: ["--database-password-file": "/run/x"], code: .unreadable, parts: ["/run/x", "no such file", "--database-password-file"]),
    ]

    @Test("a mistake is refused with key, value, what is allowed and place", arguments: bad)
    func refused(_ bad: Bad) throws {
        let problems = problems(file: bad.file, environment: bad.environment, flags: bad.flags)
        let problem = try #require(problems.first)
        #expect(problems.count == 1)
        #expect(problem.code == bad.code)
        for part in bad.parts { #expect("\(problem)".contains(part), "\(problem)") }
    }

    @Test("a weaker value is checked although a stronger one is right")
    func weakerIsChecked() {
        let problems = problems(
            file: "writer: {batch: 0}", environment: ["VIMWATCH_WRITER_BATCH": "no"], flags: ["--writer-batch": "5"])
        #expect(problems.map(\.code) == [.outOfRange, .wrongType])
    }

    @Test("all problems of all sources are reported at once")
    func allTogether() {
        let error = SettingsError(
            problems: problems(
                file: "writer: {batch: 0, x: 1}\nnone: 1\nlog: {level: a}",
                environment: ["VIMWATCH_HTTP_GZIP": "2", "OSMRO_DATABASE_PORT": "0"], flags: ["--lease-ttl": "1"]))
        #expect(error.problems.count == 7)
        #expect("\(error)".hasPrefix("7 problems with the settings:\n- "))
        #expect("\(error)".split(separator: "\n").count == 8)
        #expect("\(SettingsError(problems: [error.problems[0]]))".hasPrefix("1 problem with"))
    }
}
