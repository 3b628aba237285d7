// SPDX-License-Identifier: Apache-2.0

import Curl

/// Receives the pages of one cloud and throws their bytes away.
struct PageReceiver: Sendable {
    let loop: CurlLoop
    let login: CloudLogin

    /// Servers and ports at the same time, each page after the one before it, as the program does.
    func receive(_ listings: [[String]]) async throws -> CycleAmount {
        try await withThrowingTaskGroup(of: CycleAmount.self) { group in
            for listing in listings {
                group.addTask {
                    var amount = CycleAmount()
                    for url in listing {
                        let answer = try await loop.send(login.get(url), body: DiscardingSink())
                        guard answer.status == 200 else {
                            throw BenchError(description: "status \(answer.status) of \(url)")
                        }
                        amount.pages += 1
                        amount.pageBytes += answer.bytesReceived
                    }
                    return amount
                }
            }
            return try await group.reduce(CycleAmount(), +)
        }
    }
}

/// Takes a body and does nothing with it.
private struct DiscardingSink: BodySink {
    func begin(status: Int, contentType: String?) {}
    func receive(_ chunk: UnsafeRawBufferPointer) {}
}
