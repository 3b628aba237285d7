// SPDX-License-Identifier: Apache-2.0

package import Logging
package import Records
import Support

/// Keeps this instance the one writer, or tells that another one is.
package actor WriterLease {
    private let store: any RecordStore
    private let owner: String
    private let ttl: Double
    private let now: @Sendable () -> Double
    private let logger: Logger
    private var lease: Lease?
    private var lastState: Bool?
    /// One at a time asks for the lease: of two, one would lose the race against the other and take itself for a reader.
    private let turn = AsyncSemaphore(permits: 1)

    /// - Parameter owner: a name for this instance that no other has.
    package init(
        store: any RecordStore, owner: String, ttl: Double, now: @escaping @Sendable () -> Double, logger: Logger
    ) {
        self.store = store
        self.owner = owner
        self.ttl = ttl
        self.now = now
        self.logger = logger
    }

    package enum Standing: Sendable {
        case writer
        /// Another instance is the writer.
        case reader
        /// The store does not tell.
        case unknown(StoreError)
    }

    /// Whether this instance may write now.
    package func holds() async -> Bool {
        if case .writer = await standing() { true } else { false }
    }

    /// A number that grows with every change of the writer; `nil` while this instance is not it.
    func term() async -> Int64? { await holds() ? lease?.token : nil }

    /// Who may write now; renews the lease when a third of it has passed.
    package func standing() async -> Standing {
        if isFresh { return .writer }
        do throws(CancellationError) { try await turn.acquire() } catch {
            return .unknown(
                StoreError(attempted: "renew the lease of the writer", reason: "cancelled", isRetriable: true))
        }
        defer { turn.release() }
        if isFresh { return .writer }
        do throws(StoreError) {
            lease = try await store.acquireLease(owner: owner, now: now(), ttl: ttl)
        } catch {
            // Still valid for long enough to finish a bulk.
            guard let lease, lease.expires - now() > ttl / 3 else { return .unknown(error) }
            logger.warning("cannot renew the lease of the writer: \(error)")
            return .writer
        }
        let holds = lease != nil
        if holds != lastState {
            logger.notice("\(holds ? "this instance is the writer" : "another instance is the writer: read-only")")
            lastState = holds
        }
        return holds ? .writer : .reader
    }

    private var isFresh: Bool { lease.map { $0.expires - now() > ttl * 2 / 3 } ?? false }

    /// Keeps the lease between writes, until cancelled.
    func keep() async {
        while !Task.isCancelled {
            if case .unknown(let error) = await standing() {
                logger.info("cannot tell who is the writer: \(error)")
            }
            try? await Task.sleep(for: .seconds(ttl / 3))
        }
    }

    package func release() async {
        guard let lease else { return }
        self.lease = nil
        do throws(StoreError) {
            try await store.releaseLease(lease)
        } catch {
            logger.warning("cannot release the lease of the writer; it ends by itself: \(error)")
        }
    }
}
