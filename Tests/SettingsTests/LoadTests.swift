// SPDX-License-Identifier: Apache-2.0

import Support
import Testing

@testable import Settings

@Suite struct LoadTests {
    private static func file(_ text: String) -> SettingsFile { SettingsFile(path: "/etc/v.yaml", text: text) }

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

    @Test(
        "each source alone is stronger than the default",
        arguments: [
            ("writer: {batch: 7}", [:], [:]), (nil, ["VIMWATCH_WRITER_BATCH": "7"], [:]),
            (nil, [:], ["--writer-batch": "7"]),
        ] as [(String?, [String: String], [String: String])])
    func overDefault(file: String?, environment: [String: String], flags: [String: String]) throws {
        let settings = try Settings.load(file: file.map(Self.file), environment: environment, flags: flags).settings
        #expect(settings.writer.batch == 7)
        #expect(Settings().writer.batch == 1000)
    }

    @Test(
        "nothing set is nothing changed",
        arguments: [
            "", "# nothing\n", "---\n", "null", "poll:\n", "poll: {interval: null}", "poll: {}", "log: {level: }",
            "log: ~",
        ])
    func empty(_ text: String) throws {
        let (settings, warnings) = try Settings.load(file: Self.file(text), environment: ["VIMWATCH_LOG_LEVEL": ""])
        #expect(settings.places.isEmpty && warnings.isEmpty)
        #expect(settings.description == Settings().description)
    }

    @Test(
        "the forms of a file",
        arguments: [
            "writer:\n  batch: 7\n", "writer: {batch: 7}", "writer.batch: 7", "{\"writer\": {\"batch\": 7}}",
            "writer:\n  batch: +7 # seven\n",
            "x: &x 7\nwriter: {batch: *x}".replacing("x: &x 7\n", with: "global: &x 7\n"),
        ])
    func forms(_ text: String) throws {
        #expect(try Settings.load(file: Self.file(text)).settings.writer.batch == 7)
    }

    @Test(
        "YAML's words for true and false, in every source",
        arguments: [
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

    @Test(
        "text of a variable is taken as it is",
        arguments: [
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
        let environment = [
            "OSMRO_DATABASE_COLOUR": "1", "OSMRO_X": "hunter2", "OSMRO_WRITER_BATCH": "5", "OSMROX": "1",
        ]
        let warnings = try Settings.load(file: nil, environment: environment).warnings
        #expect(warnings.count == 1)
        #expect(
            warnings.first?.contains("OSMRO_DATABASE_COLOUR, OSMRO_WRITER_BATCH, OSMRO_X") == true)
        #expect(warnings.first?.contains("hunter2") == false)
    }

    @Test("variables that Kubernetes sets for a service called vimwatch are no mistakes of the operator")
    func serviceLinks() throws {
        let environment = [
            "VIMWATCH_SERVICE_HOST": "10.0.0.1", "VIMWATCH_SERVICE_PORT": "9464",
            "VIMWATCH_SERVICE_PORT_METRICS": "9464",
            "VIMWATCH_PORT": "tcp://10.0.0.1:9464", "VIMWATCH_PORT_9464_TCP": "tcp://10.0.0.1:9464",
            "VIMWATCH_PORT_9464_TCP_PROTO": "tcp", "VIMWATCH_PORT_9464_TCP_PORT": "9464",
            "VIMWATCH_PORT_9464_TCP_ADDR": "10.0.0.1", "VIMWATCH_METRICS_SERVICE_HOST": "10.0.0.2",
            "VIMWATCH_METRICS_PORT": "tcp://10.0.0.2:80", "VIMWATCH_CONFIG": "/x", "VIMWATCH_SEED": "1",
        ]
        let (settings, warnings) = try Settings.load(file: nil, environment: environment)
        #expect(warnings.isEmpty && settings.places.isEmpty)
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(file: nil, environment: ["VIMWATCH_HTTP_PORT": "80"])
        }
        #expect(error?.problems.map(\.key) == ["http.port"])
    }
}
