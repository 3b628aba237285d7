// SPDX-License-Identifier: Apache-2.0

import Support

/// Which accounts are being asked, and how many at the same time.
///
/// Accounts whose last poll failed or took long have places of their own, so that they take none from the others.
final class Places: Sendable {
    private let quick: AsyncSemaphore
    private let slow: AsyncSemaphore
    private let accounts = Locked<Set<String>>([])

    init(quick: Int, slow: Int) {
        self.quick = AsyncSemaphore(permits: quick)
        self.slow = AsyncSemaphore(permits: slow)
    }

    /// False if the account is being asked already: never twice at the same time, also not after it was edited.
    func begin(_ account: String) -> Bool { accounts.withLock { $0.insert(account).inserted } }
    func end(_ account: String) { accounts.withLock { _ = $0.remove(account) } }

    /// Waits for a place.
    func take(slow isSlow: Bool) async throws(CancellationError) -> Place {
        let semaphore = isSlow ? slow : quick
        try await semaphore.acquire()
        return Place(semaphore)
    }
}

/// A place that was taken, to be given to the next one once.
final class Place: Sendable {
    private let semaphore: Locked<AsyncSemaphore?>

    init(_ semaphore: AsyncSemaphore) { self.semaphore = Locked(semaphore) }

    /// Further calls do nothing.
    func leave() { semaphore.withLock { $0.take() }?.release() }
}
