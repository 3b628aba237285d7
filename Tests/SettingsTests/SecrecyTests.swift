// SPDX-License-Identifier: Apache-2.0

import Support
import Testing

@testable import Settings

@Suite struct SecrecyTests {
    static let environment = [
        "OSMRO_DATABASE_PASSWORD": "hunter2", "OSMRO_DATABASE_COMMONKEY": "hunter2",
        "OSMRO_DATABASE_MASTERPASSWORD": "hunter2",
        "OSMRO_DATABASE_URI": "mongodb://root:hunter2@mongo:27017/?replicaSet=rs0",
        "VIMWATCH_HTTP_PROXY": "http://hunter2:hunter2@proxy:3128",
    ]

    @Test("printing, dumping or reflecting settings shows no secret, but does show the rest")
    func description() throws {
        let settings = try Settings.load(file: nil, environment: Self.environment).settings
        var text = ""
        dump(settings, to: &text)
        text += "\(settings) \(String(reflecting: settings)) \(settings.database) \(settings.http)"
        #expect(!text.contains("hunter2"))
        let lines = settings.description.split(separator: "\n")
        #expect(lines.count == Schema.entries.count)
        #expect(lines.contains("database.password = <redacted>  (environment variable OSMRO_DATABASE_PASSWORD)"))
        #expect(
            lines.contains(
                "database.uri = mongodb://mongo:27017/?replicaSet=rs0  (environment variable OSMRO_DATABASE_URI)"))
        #expect(lines.contains("http.proxy = http://proxy:3128  (environment variable VIMWATCH_HTTP_PROXY)"))
        #expect(lines.contains("writer.batch = 1000"))
        #expect(lines.contains("database.user = (not set)"))
    }

    /// Mistakes around a secret.
    static let mistakes: [(file: String?, environment: [String: String], flags: [String: String])] = [
        ("database: {pasword: hunter2}", [:], [:]),
        ("database: {foo: hunter2}", [:], [:]),
        ("databse.password: hunter2", [:], [:]),
        ("http: {prxoy: 'http://u:hunter2@host'}", [:], [:]),
        ("comonkey: hunter2", [:], [:]),
        ("database: {password: [hunter2]}", [:], [:]),
        ("database: {uri: 'mongo://root:hunter2@host'}", [:], [:]),
        ("database: {uri: 'hunter2'}", [:], [:]),
        ("database: {uri: 'mongodb://root:hunter2 @host'}", [:], [:]),
        ("database: {password: hunter2, password: hunter2}", [:], [:]),
        ("database:\n  password: hunter2\n bad: hunter2", [:], [:]),
        ("database: {password: 'hunter2", [:], [:]),
        ("database: {password: \"\\hunter2\"}", [:], [:]),
        ("database: {password: hunter2}\n\u{1}", [:], [:]),
        (nil, ["VIMWATCH_DATABASE_PASWORD": "hunter2"], [:]),
        (nil, ["VIMWATCH_TOKEN": "hunter2"], [:]),
        (nil, ["VIMWATCH_DATABASE_URI": "root:hunter2@host"], [:]),
        (nil, [:], ["--database-uri": "mongodb://root:hunter2@host"]),
        (nil, [:], ["--database-uri": "mongodb://root:hunter2@x@host"]),
        (nil, [:], ["--database-uri": "mongodb://root:hunt/hunter2@host"]),
        (nil, [:], ["--database-uri": "mongodb://root:hunt?hunter2@host"]),
        (nil, [:], ["--database-uri": "mongodb://host/?tlsCertificateKeyFilePassword=hunter2"]),
        (nil, [:], ["--database-uri": "mongodb://host/?a=b&authMechanismProperties=AWS_SESSION_TOKEN:hunter2"]),
        (nil, [:], ["--http-proxy": "http://u:hunter2@proxy"]),
        (nil, [:], ["--database-uri": "root:hunter2@host"]),
        (nil, [:], ["--database-password": "hunter2"]),
    ]

    @Test("no error shows a secret, not even under a wrong name or in a broken file", arguments: mistakes.indices)
    func errors(_ index: Int) {
        let (file, environment, flags) = Self.mistakes[index]
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(
                file: file.map { SettingsFile(path: "f", text: $0) }, environment: environment, flags: flags)
        }
        #expect(error?.description.contains("hunter2") == false, "\(error?.description ?? "")")
        #expect(error.map { "\($0.problems)".contains("hunter2") } == false)
    }

    @Test("a URI with a password on the command line is refused, and the way out is named")
    func commandLine() {
        let flags = ["--database-uri": "mongodb://root:hunter2@host:27017/?replicaSet=rs0"]
        let error = #expect(throws: SettingsError.self) { try Settings.load(file: nil, flags: flags) }
        #expect(error?.problems.map(\.code) == [.secretOnCommandLine])
        for part in [
            "database.uri", "mongodb://host:27017/?replicaSet=rs0", "VIMWATCH_DATABASE_URI", "--database-uri-file",
            "flag --database-uri:",
        ] { #expect(error?.description.contains(part) == true) }
    }

    @Test(
        "a URI without a password is fine there",
        arguments: [
            "mongodb://host", "mongodb://root@host", "mongodb+srv://host/osm?tls=true",
            "MONGODB://h1:1,h2:2/?replicaSet=rs0",
        ])
    func harmless(_ uri: String) throws {
        let settings = try Settings.load(file: nil, flags: ["--database-uri": uri]).settings
        #expect(settings.database.uri?.reveal == uri)
    }

    @Test(
        "secrets come from files, without the newline at the end",
        arguments: [
            ("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), ("hunter2", "hunter2"), ("a\nb\n\n", "a\nb\n"),
            (" 5 ", " 5 "), ("\n", nil), ("", nil),
        ] as [(String, String?)])
    func files(content: String, expected: String?) throws {
        for (flag, value) in [
            ("--database-password-file", \Settings.database.password),
            ("--database-commonkey-file", \Settings.database.commonkey),
        ] {
            let settings = try Settings.load(file: nil, flags: [flag: "/run/secret"], read: { _ in content }).settings
            #expect(settings[keyPath: value]?.reveal == expected)
        }
    }

    @Test("a URI with a password may come from a file")
    func uriFile() throws {
        let uri = "mongodb://root:hunter2@host"
        let settings = try Settings.load(
            file: nil, flags: ["--database-uri-file": "/run/uri"], read: { _ in uri + "\n" }
        ).settings
        #expect(settings.database.uri?.reveal == uri)
    }
}
