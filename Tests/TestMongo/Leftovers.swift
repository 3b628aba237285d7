// SPDX-License-Identifier: Apache-2.0

import Foundation
import Support

/// What is to be ended and removed when the test process exits without having done so.
enum Leftovers {
    private struct State {
        var processes: Set<pid_t> = []
        var directories: Set<URL> = []
        var isRegistered = false
    }

    private static let state = Locked(State())

    static func add(pid: pid_t, directory: URL) {
        let isFirst = state.withLock { state in
            state.processes.insert(pid)
            state.directories.insert(directory)
            defer { state.isRegistered = true }
            return !state.isRegistered
        }
        if isFirst { atexit { Leftovers.remove() } }
    }

    static func remove(pid: pid_t) {
        _ = state.withLock { $0.processes.remove(pid) }
    }

    static func remove(directory: URL) {
        try? FileManager.default.removeItem(at: directory)
        _ = state.withLock { $0.directories.remove(directory) }
    }

    private static func remove() {
        let (processes, directories) = state.withLock { ($0.processes, $0.directories) }
        for pid in processes {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        for directory in directories { try? FileManager.default.removeItem(at: directory) }
    }
}
