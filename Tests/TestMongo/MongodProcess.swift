// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mongo
import Support

/// One mongod on a loopback port with a directory of its own, as a child that dies with the test process.
struct MongodProcess: Sendable {
    let port: UInt16
    let directory: URL
    private let pid: pid_t

    /// The kernel kills a child when the *thread* that started it ends (PR_SET_PDEATHSIG), so these threads live as
    /// long as the process; the blocking waits are done here, too.
    private static let threads = Result { () throws(MongoError) in try BlockingThreads(count: 4, name: "mongod") }

    /// Starts a mongod; it need not be ready for connections yet.
    static func start(port: UInt16, directory: URL, arguments: [String]) async throws -> MongodProcess {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let command =
            ["setpriv", "--pdeathsig", "KILL", "env", "--ignore-signal=XFSZ", try mongodPath()]
            + ["--replSet", "rs0", "--bind_ip", "127.0.0.1"]
            + ["--port", "\(port)", "--dbpath", directory.path, "--nounixsocket", "--oplogSize", "64"]
            + ["--wiredTigerCacheSizeGB", "0.25", "--setParameter", "diagnosticDataCollectionEnabled=false"]
            + arguments
        let log = directory.appendingPathComponent("mongod.log").path
        let pid = try await blocking { try spawn(command, output: log) }
        Leftovers.add(pid: pid, directory: directory)
        return MongodProcess(port: port, directory: directory, pid: pid)
    }

    func send(signal: Int32) { kill(pid, signal) }

    /// Lets each write to a file fail from now on (EFBIG), as on a disk that is full.
    func refuseFiles() async throws {
        try await Self.blocking { [pid] in
            let prlimit = try Process.run(
                URL(fileURLWithPath: "/usr/bin/env"), arguments: ["prlimit", "--pid", "\(pid)", "--fsize=0"])
            prlimit.waitUntilExit()
            guard prlimit.terminationStatus == 0 else {
                throw TestMongoError(reason: "prlimit cannot limit the files of mongod")
            }
        }
    }

    /// Returns when none of its threads runs any more.
    func standStill() async throws {
        send(signal: SIGSTOP)
        try await Self.blocking { [pid] in
            var status: Int32 = 0
            while waitpid(pid, &status, WUNTRACED) == -1, errno == EINTR {}
        }
    }

    /// Returns when the process has ended, and forgets it. Call it once.
    func waitForExit() async throws {
        try await Self.blocking { [pid] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        }
        Leftovers.remove(pid: pid)
    }

    /// Why the process ended; `nil` while it runs.
    func earlyExit() -> TestMongoError? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        Leftovers.remove(pid: pid)
        let log = try? String(contentsOf: directory.appendingPathComponent("mongod.log"), encoding: .utf8)
        let lines = log?.split(separator: "\n").suffix(50).joined(separator: "\n") ?? "it left no log"
        return TestMongoError(reason: "mongod ended with status \(status):\n\(lines)")
    }

    private static func blocking<Success: Sendable>(
        _ body: @escaping @Sendable () throws -> Success
    ) async throws -> Success {
        try await threads.get().run(refused: { TestMongoError(reason: "\($0)") as any Error }, body)
    }

    private static func spawn(_ command: [String], output: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A server must not keep the connections of other tests open.
        for descriptor in 3..<Int32(clamping: min(sysconf(Int32(_SC_OPEN_MAX)), 4096)) {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var arguments = command.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, command[0], &actions, nil, arguments, environ)
        guard status == 0 else {
            throw TestMongoError(reason: "cannot start \(command[0]): \(String(cString: strerror(status)))")
        }
        return pid
    }
}

/// A port of the loopback interface that nobody listens on at the moment.
func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutableBytes(of: &address) { bytes in
        guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return Int32(-1) }
        return bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
    }
    guard status == 0 else { throw TestMongoError(reason: "no free port: \(String(cString: strerror(errno)))") }
    return UInt16(bigEndian: address.sin_port)
}
