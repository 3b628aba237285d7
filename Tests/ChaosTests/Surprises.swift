// SPDX-License-Identifier: Apache-2.0

import Support

/// What waits for its moment in the present cycle. Each happens once, or not at all if its moment does not come.
final class Surprises: Sendable {
    enum Moment: Hashable, Sendable {
        /// Of a record, by its id.
        case afterReading(String), beforeWriting(String), afterWriting(String)
        /// A request that a latency fault of so many seconds holds up.
        case request(Int)
    }

    typealias Deed = @Sendable () async -> Void

    private struct State {
        var deeds: [(moment: Moment, deed: Deed)] = []
        var failures: [StoreFailure] = []
        var happened = 0
    }

    private let state = Locked(State())
    /// Held while something happens under a request, which nobody waits for.
    private let busy = AsyncSemaphore(permits: 1)

    func wait(for moment: Moment, _ deed: @escaping Deed) {
        state.withLock { $0.deeds.append((moment, deed)) }
    }

    func wait(forFailures failures: [StoreFailure]) { state.withLock { $0.failures = failures } }

    /// The cycle is over: what did not happen will not.
    func forget() async {
        do { try await busy.acquire() } catch { return }
        defer { busy.release() }
        state.withLock { state in
            state.deeds = []
            state.failures = []
        }
    }

    /// - Returns: the moments among these for which something happened.
    @discardableResult
    func come(_ moments: [Moment]) async -> Set<Moment> {
        let due = state.withLock { state in
            let wanted = Set(moments)
            let due = state.deeds.filter { wanted.contains($0.moment) }
            state.deeds.removeAll { wanted.contains($0.moment) }
            state.happened += due.count
            return due
        }
        for item in due { await item.deed() }
        return Set(due.map(\.moment))
    }

    /// The request that a latency fault of so many seconds holds up is under way.
    func come(request number: Int) async {
        do { try await busy.acquire() } catch { return }
        defer { busy.release() }
        await come([.request(number)])
    }

    /// Whether the database fails in this way now.
    func takes(_ failure: StoreFailure) -> Bool {
        state.withLock { state in
            guard let index = state.failures.firstIndex(of: failure) else { return false }
            state.failures.remove(at: index)
            state.happened += 1
            return true
        }
    }

    var happened: Int { state.withLock { $0.happened } }
}
