// SPDX-License-Identifier: Apache-2.0

/// Starts the shared server on the first request; requests that come meanwhile wait for the same start.
actor SharedMongo {
    static let instance = SharedMongo()

    private var server: TestMongo?
    private var isStarting = false
    private var waiting: [CheckedContinuation<TestMongo, any Error>] = []

    func get() async throws -> TestMongo {
        if let server { return server }
        if isStarting { return try await withCheckedThrowingContinuation { waiting.append($0) } }
        isStarting = true
        let result: Result<TestMongo, any Error>
        do { result = .success(try await TestMongo.start()) } catch { result = .failure(error) }
        server = try? result.get()
        isStarting = false
        for continuation in waiting { continuation.resume(with: result) }
        waiting = []
        return try result.get()
    }
}
