// SPDX-License-Identifier: Apache-2.0

#if TSAN
import Foundation
#else
import Synchronization
#endif

/// A value behind a lock: the one lock type of the project.
///
/// The thread sanitizer of Swift 6.3 on Linux does not understand `Synchronization.Mutex` and reports correct code
/// as a race; builds for it define `TSAN` and lock with `NSLock` instead. Keep what is done under the lock to a few
/// instructions, and never do I/O there.
package final class Locked<Value>: @unchecked Sendable {
    // Sendable: every access to `value` happens inside `withLock`, under the lock beside it.
    #if TSAN
    private let lock = NSLock()
    private var value: Value

    package init(_ value: sending Value) { self.value = value }

    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
    #else
    private let mutex: Mutex<Void> = Mutex(())
    private var value: Value

    package init(_ value: sending Value) { self.value = value }

    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try mutex.withLock { (_) throws(Failure) -> sending Result in try body(&value) }
    }
    #endif
}
