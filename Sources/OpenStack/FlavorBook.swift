// SPDX-License-Identifier: Apache-2.0

import JSON
import Support
import Values

/// The flavours of an account by name: read when needed, kept for a while.
actor FlavorBook {
    private let lister: Lister
    private let lifetime: Double
    private let now: @Sendable () -> Double

    /// Held while the list is read.
    private let turn = AsyncSemaphore(permits: 1)
    private var book: FlavorNames?
    private var readAt = 0.0
    private var mayReadAgain = true
    /// Of this cycle's reading.
    private var failure: VIMError?

    init(_ lister: Lister, lifetime: Double, now: @escaping @Sendable () -> Double) {
        self.lister = lister
        self.lifetime = lifetime
        self.now = now
    }

    func beginCycle() {
        mayReadAgain = true
        failure = nil
    }

    /// The ids of the flavours of that name; empty if there is none.
    ///
    /// A name that is not in the list makes it read again, once per cycle. If that failed, every unknown name of this
    /// cycle fails too: not knowing is not the same as there being none.
    func ids(named name: String) async throws(VIMError) -> [String] {
        if let ids = known(name) { return ids }
        do {
            try await turn.acquire()
        } catch {
            throw lister.api.http.error(.cancelled, "GET", "flavors", "cancelled")
        }
        defer { turn.release() }
        if let ids = known(name) { return ids }
        if let failure { throw failure }
        guard mayReadAgain || isStale else { return [] }
        let collector = FlavorCollector()
        let listing = Lister.Listing(service: .compute, path: "/flavors", key: "flavors")
        do throws(VIMError) {
            _ = try await lister.list(listing, collector)
        } catch {
            if error.code != .cancelled { failure = error }
            throw error
        }
        let names = collector.names.withLock { $0 }
        (book, readAt, mayReadAgain) = (names, now(), false)
        return names[name] ?? []
    }

    private func known(_ name: String) -> [String]? { isStale ? nil : book?[name] }

    private var isStale: Bool { book == nil || abs(now() - readAt) >= lifetime }
}

/// Ids by name, compared by code point.
struct FlavorNames: Sendable {
    private var ids: [[UInt8]: [String]] = [:]

    subscript(name: String) -> [String]? { ids[Array(name.utf8)] }

    mutating func add(_ id: String, named name: String) {
        var known = ids[Array(name.utf8)] ?? []
        if !known.contains(id) { known.append(id) }
        ids[Array(name.utf8)] = known
    }
}

private final class FlavorCollector: ListingReceiver {
    let names = Locked(FlavorNames())

    func restart() { names.withLock { $0 = FlavorNames() } }

    func receive(_ object: ListedObject) throws {
        let flavor = try JSON.parse(object.bytes)
        guard let id = flavor["id"]?.string, let name = flavor["name"]?.string else { return }
        names.withLock { $0.add(id, named: name) }
    }
}
