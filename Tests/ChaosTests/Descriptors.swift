// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What the process holds: open files and connections, and threads.
enum Descriptors {
    struct Count: Sendable {
        let files: Int
        let threads: Int
    }

    static var count: Count { Count(files: entries("fd"), threads: entries("task")) }

    /// Waits until no more is held than before. Threads that the runtime keeps for later come and go.
    static func settle(at before: Count) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while count.files > before.files || count.threads > before.threads + 8 {
            guard ContinuousClock.now < deadline else {
                Issue.record("before: \(before), afterwards: \(count)")
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func entries(_ folder: String) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/\(folder)").count) ?? 0
    }
}
