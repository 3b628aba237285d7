// SPDX-License-Identifier: Apache-2.0

import Foundation
import Support

/// The executable of this package as a child process, in a folder of its own and without the tests' environment.
final class Program: Sendable {
    struct Outcome: Sendable {
        /// Of `exit`; 128 and the number of the signal if one ended it.
        let status: Int32
        let output: String
        let errors: String
    }

    private let process: Process
    private let folder: URL
    private let ended: AsyncStream<Int32>

    static func run(
        _ arguments: [String], environment: [String: String] = [:], files: [String: String] = [:]
    ) async throws -> Outcome {
        try await Program(arguments, environment: environment, files: files).outcome()
    }

    /// Starts it.
    ///
    /// - Parameters:
    ///   - files: by name, what its folder holds.
    ///   - mayWriteFiles: without it the first byte that it writes to any file ends it (SIGXFSZ), whoever it runs as;
    ///     what it says goes through a pipe, all to standard output.
    init(
        _ arguments: [String], environment: [String: String] = [:], files: [String: String] = [:],
        mayWriteFiles: Bool = true
    ) throws {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("vimwatch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        process = Process()
        let program = tests.deletingLastPathComponent().appendingPathComponent("vimwatch")
        process.executableURL = mayWriteFiles ? program : URL(fileURLWithPath: "/bin/bash")
        process.arguments = mayWriteFiles ? arguments : ["-c", Self.withoutFiles, program.path] + arguments
        process.environment = environment.merging(mayWriteFiles ? Self.coverage : [:]) { own, _ in own }
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.file(folder.appendingPathComponent(".output"))
        process.standardError = try Self.file(folder.appendingPathComponent(".errors"))
        let (ended, end) = AsyncStream.makeStream(of: Int32.self)
        self.ended = ended
        process.terminationHandler = { process in
            end.yield((process.terminationReason == .exit ? 0 : 128) + process.terminationStatus)
            end.finish()
        }
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    var id: Int32 { process.processIdentifier }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// What it has said on standard output.
    var output: String { text(".output") }

    /// What it has said on standard error.
    var errors: String { text(".errors") }

    /// Waits for its end. Call it once.
    func outcome() async throws -> Outcome {
        for await status in ended { return Outcome(status: status, output: output, errors: errors) }
        throw CancellationError()
    }

    /// What the compiler and the database's driver would write by themselves, a profile and counters, is switched off.
    private static let withoutFiles = """
        set -o pipefail
        export LLVM_PROFILE_FILE=/dev/null MONGOC_DISABLE_SHM=1
        (ulimit -f 0 && exec "$0" "$@") 2>&1 | cat
        """

    /// Where `make coverage` wants to know what was run, of the program as of the tests.
    private static let coverage = ProcessInfo.processInfo.environment.filter { $0.key == "LLVM_PROFILE_FILE" }

    /// The names of the files in its folder, those apart that hold what it said.
    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
            .filter { $0 != ".output" && $0 != ".errors" }
    }

    private func text(_ name: String) -> String {
        (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
    }

    private static func file(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }
}
