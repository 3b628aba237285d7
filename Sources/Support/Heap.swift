// SPDX-License-Identifier: Apache-2.0

import CHeap

/// What glibc's allocator is told: unless told otherwise it keeps what a busy cycle took, in an arena for each thread.
/// Source: https://sourceware.org/glibc/manual/latest/html_node/Malloc-Tunable-Parameters.html
package enum Heap {
    /// To be called before threads are started.
    package static func prepare() {
        // Few arenas: little of what is in use keeps much from being given back. Fewer still, and threads would wait for
        // each other.
        mallopt(M_ARENA_MAX, 3)
        // Memory goes back when `giveBack` says so, and hardly ever in between: a bulk or a page of a listing would get
        // new pages from the system for each of its buffers, which costs more than what is done with them.
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, 128 << 20)
        // Nor does an arena that has outgrown its 64 MiB give the next ones back as soon as they are free.
        mallopt(M_TOP_PAD, 64 << 20)
    }

    /// Gives pages on which nothing is in use back to the system. It looks through the whole heap.
    package static func giveBack() { malloc_trim(0) }
}

/// Tells when the work that took much memory is over. Between two rounds of it giving memory back would only mean taking
/// it anew.
package struct Ebb: Sendable {
    private var highest = 0

    package init() {}

    /// - Parameter amount: of the work of one round.
    /// - Returns: whether it is less than a quarter of the most since this was true last.
    package mutating func hasCome(with amount: Int) -> Bool {
        guard amount < highest / 4 || amount == 0 && highest > 0 else {
            highest = max(highest, amount)
            return false
        }
        highest = amount
        return true
    }
}
