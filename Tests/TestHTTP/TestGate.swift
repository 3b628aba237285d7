// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A gate that a server thread waits at until the test opens it, once and for all.
package final class TestGate: Sendable {
    // A semaphore with one permit that everybody who passes hands on.
    private let semaphore = DispatchSemaphore(value: 0)

    package init() {}

    package func open() { semaphore.signal() }

    func pass() {
        semaphore.wait()
        semaphore.signal()
    }
}
