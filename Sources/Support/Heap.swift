// SPDX-License-Identifier: Apache-2.0

import CHeap

/// What glibc's allocator is told: unless told otherwise it keeps what a busy cycle took, in an arena for each thread.
/// Source: https://sourceware.org/glibc/manual/latest/html_node/Malloc-Tunable-Parameters.html
package enum Heap {
    /// Few arenas: little of what is in use keeps much from being given back. To be called before threads are started.
    package static func limitArenas() { mallopt(M_ARENA_MAX, 2) }

    /// Gives pages on which nothing is in use back to the system. It looks through the whole heap.
    package static func giveBack() { malloc_trim(0) }
}
