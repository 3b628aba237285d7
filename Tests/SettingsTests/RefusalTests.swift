// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Settings

@Suite struct RefusalTests {
    typealias Problem = SettingsError.Problem

    private func problems(
        file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:],
        files: [String: String] = [:]
    ) -> [Problem] {
        do throws(SettingsError) {
            _ = try Settings.load(
                file: file.map { SettingsFile(path: "/etc/v.yaml", text: $0) }, environment: environment, flags: flags,
                read: { (path) throws(SettingsFile.ReadError) in
                    guard let text = files[path] else { throw SettingsFile.ReadError(reason: "no such file") }
                    return text
                })
            return []
        } catch {
            return error.problems
        }
    }

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
        Bad(
            file: "writer:\n  bacth: 5", code: .unknownKey,
            parts: ["writer.bacth", "'5'", "batch, bytes, linger", "/etc/v.yaml:2"]),
        Bad(
            file: "\n\nwirter: {batch: 5}", code: .unknownKey,
            parts: ["'wirter'", "poll, concurrency", "/etc/v.yaml:3"]),
        Bad(file: "5: 5", code: .unknownKey, parts: ["'5'", "/etc/v.yaml:1"]),
        Bad(file: "database: {url: x}", code: .unknownKey, parts: ["database.url", "uri", "/etc/v.yaml:1"]),
        Bad(
            environment: ["VIMWATCH_WRITER_BACTH": "5"], code: .unknownKey,
            parts: ["writer.bacth", "'5'", "batch", "environment variable VIMWATCH_WRITER_BACTH"]),
        Bad(environment: ["VIMWATCH_NONSENSE": "5"], code: .unknownKey, parts: ["nonsense", "known sections"]),
        Bad(flags: ["--writer-bacth": "5"], code: .unknownKey, parts: ["--writer-bacth", "--help"]),
        // Wrong types
        Bad(
            file: "writer:\n  batch: many", code: .wrongType,
            parts: ["writer.batch", "'many'", "an integer from 1 to 100000 (updates)", "/etc/v.yaml:2"]),
        Bad(file: "writer: {batch: '5'}", code: .wrongType, parts: ["writer.batch", "'5'", "integer"]),
        Bad(file: "writer: {batch: 5.5}", code: .wrongType, parts: ["writer.batch", "'5.5'", "integer"]),
        Bad(file: "writer: {batch: 1e3}", code: .wrongType, parts: ["writer.batch", "'1e3'", "integer"]),
        Bad(file: "writer: {batch: 010}", code: .wrongType, parts: ["writer.batch", "'010'", "integer"]),
        Bad(file: "writer: {batch: 0x10}", code: .wrongType, parts: ["writer.batch", "'0x10'", "integer"]),
        Bad(file: "writer: {batch: !!str 5}", code: .wrongType, parts: ["writer.batch", "'5'", "integer"]),
        Bad(file: "writer: {batch: [5]}", code: .wrongType, parts: ["writer.batch", "a list", "integer"]),
        Bad(file: "writer: {batch: {a: 5}}", code: .wrongType, parts: ["writer.batch", "a mapping", "integer"]),
        Bad(
            file: "writer: 5", code: .wrongType, parts: ["writer", "a scalar", "batch, bytes, linger", "/etc/v.yaml:1"]),
        Bad(file: "writer: [5]", code: .wrongType, parts: ["writer", "a list", "batch, bytes, linger"]),
        Bad(
            file: "writer: {linger: 1:30}", code: .wrongType,
            parts: ["writer.linger", "'1:30'", "seconds from 0 to 60"]),
        Bad(file: "reconcile: {parity: 1}", code: .wrongType, parts: ["reconcile.parity", "'1'", "true or false"]),
        Bad(file: "database: {name: 5}", code: .wrongType, parts: ["database.name", "'5'", "text, in quotes"]),
        Bad(file: "database: {name: true}", code: .wrongType, parts: ["database.name", "'true'", "in quotes"]),
        Bad(file: "log: {level: 10}", code: .wrongType, parts: ["log.level", "'10'", "DEBUG, INFO"]),
        Bad(
            file: "period: {refresh_active: '60'}", code: .wrongType,
            parts: ["period.refresh_active", "'60'", "seconds"]),
        Bad(
            environment: ["OSMRO_PERIOD_REFRESH_ACTIVE": "'60'"], code: .wrongType,
            parts: ["period.refresh_active", "'60'", "environment variable OSMRO_PERIOD_REFRESH_ACTIVE"]),
        Bad(
            environment: ["OSMRO_DATABASE_PORT": "tcp://10.0.0.1:1"], code: .wrongType,
            parts: ["database.port", "'tcp://10.0.0.1:1'", "OSMRO_DATABASE_PORT"]),
        Bad(environment: ["VIMWATCH_WRITER_BATCH": "[5]"], code: .wrongType, parts: ["writer.batch", "'[5]'"]),
        Bad(environment: ["VIMWATCH_WRITER_BATCH": "{"], code: .wrongType, parts: ["writer.batch", "'{'"]),
        Bad(
            flags: ["--writer-batch": "five"], code: .wrongType,
            parts: ["writer.batch", "'five'", "flag --writer-batch"]),
        Bad(
            flags: ["--reconcile-parity": "maybe"], code: .wrongType,
            parts: ["reconcile.parity", "'maybe'", "true or false", "--reconcile-parity"]),
        // Out of range
        Bad(
            file: "writer: {batch: 0}", code: .outOfRange,
            parts: ["writer.batch", "'0'", "from 1 to 100000", "/etc/v.yaml:1"]),
        Bad(
            file: "writer: {batch: 99999999999999999999}", code: .outOfRange,
            parts: ["writer.batch", "99999999999999999999"]),
        Bad(
            file: "poll: {interval: 0.5}", code: .outOfRange,
            parts: ["poll.interval", "'0.5'", "seconds from 1 to 31536000"]),
        Bad(file: "poll: {interval: .nan}", code: .outOfRange, parts: ["poll.interval", "'.nan'"]),
        Bad(
            environment: ["OSMRO_LOG_LEVEL": "LOUD"], code: .outOfRange,
            parts: ["log.level", "'LOUD'", "TRACE, DEBUG", "OSMRO_LOG_LEVEL"]),
        Bad(
            file: "database: {driver: posgresql}", code: .outOfRange,
            parts: ["database.driver", "'posgresql'", "mongo, memory"]),
        Bad(file: "database: {name: ''}", code: .outOfRange, parts: ["database.name", "''", "not empty"]),
        Bad(
            flags: ["--deletion-hold-percent": "101"], code: .outOfRange,
            parts: ["deletion.hold_percent", "'101'", "from 0 to 100", "--deletion-hold-percent"]),
        Bad(
            file: "database: {uri: 'http://mongo'}", code: .outOfRange,
            parts: ["database.uri", "<redacted>", "mongodb://"]),
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
        Bad(
            file: "channel: {low: 300}", code: .conflict,
            parts: ["channel.low", "300", "channel.high (256)", "/etc/v.yaml:1"]),
        Bad(
            flags: ["--poll-backoff": "301"], code: .conflict,
            parts: ["poll.backoff", "301", "poll.backoff_max (300)", "--poll-backoff"]),
        Bad(
            environment: ["VIMWATCH_CONCURRENCY_ACCOUNTS": "40"], flags: ["--http-max-connections": "79"],
            code: .conflict, parts: ["http.max_connections", "79", "(96)", "--http-max-connections"]),
        Bad(
            flags: ["--database-uri": "mongodb://a", "--database-uri-file": "x"], code: .setTwice,
            parts: ["database.uri", "--database-uri-file"]),
        Bad(
            flags: ["--database-password-file": "/run/x"], code: .unreadable,
            parts: ["/run/x", "no such file", "--database-password-file"]),
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
