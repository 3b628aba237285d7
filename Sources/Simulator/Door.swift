// SPDX-License-Identifier: Apache-2.0

import Support

/// Whether a server takes connections: what is wanted, what is, and who waits for either to change.
final class Door: Sendable {
    private struct State {
        var isWantedOpen = true
        var isOpen = false
        var wanted = Promise<Void>()
        var changed = Promise<Void>()
    }

    private let state = Locked(State())

    /// What is wanted, and what is fulfilled when that changes.
    var wish: (isOpen: Bool, changed: Promise<Void>) { state.withLock { ($0.isWantedOpen, $0.wanted) } }

    /// Returns when it is so. Throws if the waiting task is cancelled.
    func want(open: Bool) async throws {
        want(open)
        while let changed = state.withLock({ $0.isOpen == open ? nil : $0.changed }) { try await changed.value }
    }

    func want(_ open: Bool) {
        let old = state.withLock { state -> Promise<Void>? in
            guard state.isWantedOpen != open else { return nil }
            state.isWantedOpen = open
            defer { state.wanted = Promise() }
            return state.wanted
        }
        old?.fulfil(())
    }

    /// The server says what is.
    func turned(open: Bool) {
        let old = state.withLock { state in
            state.isOpen = open
            defer { state.changed = Promise() }
            return state.changed
        }
        old.fulfil(())
    }
}
