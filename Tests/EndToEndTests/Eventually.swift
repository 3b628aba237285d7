// SPDX-License-Identifier: Apache-2.0

import Testing

/// Asks again and again until a condition holds that only another process can bring about.
///
/// - Throws: when it did not come true for two minutes.
func eventually(_ what: Comment, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, what)
        try await Task.sleep(for: .milliseconds(20))
    }
}
