// SPDX-License-Identifier: Apache-2.0

import OpenStack
import Values

/// What the fetch of one account hands to the comparison.
struct ObservedAccount: Sendable {
    let observer: AccountObserver
    /// Who was listed.
    let identity: VIMIdentity
    let watch: Watch
    let sighted: SightedRecords
    /// What is fresh of servers and ports.
    let texts: (servers: KeptTexts, ports: KeptTexts)
    /// See `Gathering`.
    let resolvable: Set<ResourceKey>?
    /// Without elements; ends when all is compared and handed on.
    let end: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init(
        observer: AccountObserver, identity: VIMIdentity, watch: Watch, sighted: SightedRecords,
        texts: (servers: KeptTexts, ports: KeptTexts), resolvable: Set<ResourceKey>?
    ) {
        (self.observer, self.identity, self.watch) = (observer, identity, watch)
        (self.sighted, self.texts, self.resolvable) = (sighted, texts, resolvable)
        (end, continuation) = AsyncStream.makeStream()
    }

    /// Ends `end`.
    func finish() { continuation.finish() }
}
