// SPDX-License-Identifier: Apache-2.0

package import Logging
package import Records

/// Keeps this instance the one writer, or tells that another one is.
package actor WriterLease {
    private let store: any RecordStore
    private let owner: String
    private let ttl: Double
    private let now: @Sendable () -> Double
    private let logger: Logger
    private var lease: Lease?
    private var lastState: State?

    package enum State: Sendable {
        case held
        case heldByAnother
        /// The database did not answer.
        case unknown
    }

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

    /// Whether this instance may write now; renews the lease when a third of it has passed.
    package func holds() async -> Bool { await renew() == .held }

    package func renew() async -> State {
        if let lease, lease.expires - now() > ttl * 2 / 3 { return .held }
        do throws(StoreError) {
            lease = try await store.acquireLease(owner: owner, now: now(), ttl: ttl)
        } catch {
            logger.warning("cannot renew the lease of the writer: \(error)")
            // Still valid for long enough to finish a bulk.
            return lease.map { $0.expires - now() > ttl / 3 } ?? false ? .held : .unknown
        }
        let state = lease == nil ? State.heldByAnother : .held
        if state != lastState {
            logger.notice(
                "\(state == .held ? "this instance is the writer" : "another instance is the writer: read-only")"
            )
            lastState = state
        }
        return state
    }

    /// Keeps the lease between writes, until cancelled.
    func keep() async {
        while !Task.isCancelled {
            _ = await holds()
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
