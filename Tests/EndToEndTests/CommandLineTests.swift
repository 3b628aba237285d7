// SPDX-License-Identifier: Apache-2.0

import Testing

/// The executable before it has anything to do with databases and clouds.
@Suite(.timeLimit(.minutes(20))) struct CommandLineTests {
    @Test(arguments: [[], ["run"], ["simulate"], ["demo"]])
    func helpShowsExamples(_ command: [String]) async throws {
        let outcome = try await Program.run(command + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("EXAMPLES"))
        #expect(outcome.output.contains("USAGE: \((["vimwatch"] + command).joined(separator: " "))"))
        #expect(outcome.errors.isEmpty)
        let widest = outcome.output.split(separator: "\n").map(\.count).max() ?? 0
        #expect(widest <= 100)
    }

    @Test func version() async throws {
        let outcome = try await Program.run(["--version"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("."))
    }

    /// What the program refuses to start with.
    struct Refusal: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        var environment: [String: String] = [:]
        var files: [String: String] = [:]
        let status: Int32
        /// What it has to say.
        let words: [String]

        var testDescription: String {
            (environment.map { "\($0)=\($1)" } + arguments + files.values).joined(separator: " ")
        }
    }

    static let refusals = [
        // sysexits.h: EX_USAGE
        Refusal(arguments: ["frobnicate"], status: 64, words: ["frobnicate"]),
        Refusal(arguments: ["run", "--frobnicate"], status: 64, words: ["--frobnicate"]),
        Refusal(arguments: ["run", "--once", "--output", "xml"], status: 64, words: ["--output", "xml", "json"]),
        Refusal(arguments: ["run", "--config"], status: 64, words: ["--config"]),
        Refusal(arguments: ["demo", "--vims", "0"], status: 64, words: ["--vims", "1 to 1000"]),
        Refusal(arguments: ["demo", "--vms", "many"], status: 64, words: ["--vms", "many"]),
        Refusal(arguments: ["simulate", "--port", "65536"], status: 64, words: ["--port", "65535"]),
        Refusal(arguments: ["simulate", "--tls-require-client-certificate"], status: 64, words: ["needs --tls"]),
        Refusal(
            arguments: ["simulate", "--port", "0", "--vms", "0", "--tls", "no/folder"], status: 1,
            words: ["cannot write no/folder", "No such file"]
        ),

        Refusal(
            arguments: ["run", "--once", "--database-port", "high"], status: 1,
            words: ["--database-port", "database.port", "high"]
        ),
        Refusal(
            arguments: ["run", "--writer-batch", "0"], status: 1, words: ["--writer-batch", "writer.batch", "0"]
        ),
        Refusal(
            arguments: ["run", "--database-uri", "mongodb://osm:pa55word@db/"], status: 1,
            words: ["--database-uri", "password"]
        ),
        Refusal(
            arguments: ["run", "--database-password-file", "missing.txt"], status: 1,
            words: ["--database-password-file", "missing.txt", "No such file"]
        ),
        Refusal(
            arguments: ["run", "--config", "missing.yaml"], status: 1,
            words: ["--config", "missing.yaml", "No such file"]
        ),
        Refusal(arguments: ["run", "--config", "/"], status: 1, words: ["--config", "Is a directory"]),
        Refusal(
            arguments: ["run"], files: ["config.yaml": "log:\n  level: info\n  colour: red\n"], status: 1,
            words: ["config.yaml:3", "log.colour", "red"]
        ),
        Refusal(
            arguments: ["run"], files: ["config.yaml": "database:\n  port: [1]\nwriter:\n  batch: no\n"], status: 1,
            words: ["config.yaml:2", "database.port", "config.yaml:4", "writer.batch"]
        ),
        Refusal(arguments: ["run"], files: ["config.yaml": "a: {b"], status: 1, words: ["config.yaml"]),
        Refusal(
            arguments: ["run"], environment: ["VIMWATCH_WRITER_BATHC": "5"], status: 1,
            words: ["VIMWATCH_WRITER_BATHC", "writer.bathc"]
        ),
        Refusal(
            arguments: ["run"], environment: ["OSMRO_DATABASE_PORT": "x"], status: 1,
            words: ["OSMRO_DATABASE_PORT", "database.port"]
        ),
    ]

    @Test(arguments: refusals)
    func refuses(_ refusal: Refusal) async throws {
        let outcome = try await Program.run(
            refusal.arguments, environment: refusal.environment, files: refusal.files
        )
        #expect(outcome.status == refusal.status)
        #expect(outcome.output.isEmpty)
        for word in refusal.words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
        #expect(!outcome.errors.contains("pa55word"))
    }
}
