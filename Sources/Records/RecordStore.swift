// SPDX-License-Identifier: Apache-2.0

package import Inventory
package import Values

/// OSM's database as VIMWatch uses it. Two stores implement it: MongoDB, and one in memory with the same semantics.
///
/// Documents are handed over as BSON bytes, valid during the call only, so that a reader can digest what did not change
/// instead of decoding it. Bytes that cannot be decoded are handed over like all others: they concern one document, and
/// the reader reports it. The callback may run on a thread of the store.
package protocol RecordStore: Sendable {
    /// `{_id: "version"}` of collection `admin`.
    func version() async throws(StoreError) -> DatabaseVersion

    /// Every document of `vim_accounts`, in natural order; one that cannot be decoded is a finding.
    func accounts() async throws(StoreError) -> [Result<Object, Finding>]

    /// The documents of `ro_tasks` that concern VMs, in natural order, with the fields that `TaskReading` reads.
    func readTasks<Result: Sendable>(
        into initial: Result, _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Result

    /// The VNF records of these ids (each named once), in any order, without the fields that the monitor neither reads
    /// nor writes; an id without record yields nothing.
    func readRecords<Result: Sendable>(
        ids: [String], _ extent: RecordExtent, into initial: Result,
        _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Result

    /// What changed in `ro_tasks` and `vnfrs` behind a position, by whomever, until it was asked.
    ///
    /// - Parameters:
    ///   - position: where the answer before ended; `nil` asks for a position to begin with.
    ///   - limit: more changes than these are told as "anything".
    /// - Throws: if the store cannot tell.
    func changes(since position: StorePosition?, limit: Int) async throws(StoreError) -> StoreChanges

    /// Applies guarded updates of different records, unordered: one that is refused keeps no other from being applied.
    ///
    /// - Throws: if none could be sent, or if what became of them is not known (`outcomeIsUnknown`).
    func apply(_ updates: [GuardedUpdate]) async throws(StoreError) -> WriteResult

    /// A document of VIMWatch's own (`vimwatch_holds`); `nil` if there is none.
    func state(_ collection: StateCollection, id: String) async throws(StoreError) -> Object?
    /// Replaces such a document as a whole, or removes it.
    func setState(_ collection: StateCollection, id: String, to document: Object?) async throws(StoreError)
    /// The ids of such documents, in any order.
    func stateIDs(_ collection: StateCollection) async throws(StoreError) -> [String]

    /// Takes or renews the lease of the one writer; `nil` if another owner holds it. Of several that try at the same
    /// time at most one succeeds.
    ///
    /// - Parameters:
    ///   - owner: a name that no other instance has.
    ///   - now: seconds since 1970.
    ///   - ttl: seconds from then on that the lease is valid without being renewed.
    func acquireLease(owner: String, now: Double, ttl: Double) async throws(StoreError) -> Lease?
    /// Gives the lease back; does nothing if it is no longer this owner's.
    func releaseLease(_ lease: Lease) async throws(StoreError)

    func close() async
}

/// How much of a record is read.
package enum RecordExtent: Sendable, Equatable {
    /// All that is compared.
    case whole
    /// Without the texts that one account's servers and ports became: they are most of a record.
    case outline(account: String)
}

/// What the database says of itself.
package struct DatabaseVersion: Sendable, Equatable {
    /// Present and other than "ENABLED": nothing may be read or written.
    package let status: String?
    /// Base64; part of the secret key.
    package let serial: String?

    package init(status: String?, serial: String?) {
        self.status = status
        self.serial = serial
    }

    /// A status that is no text is not "ENABLED" either.
    package init(document: Object) {
        self.init(status: document["status"].map { $0.string ?? $0.summary }, serial: document["serial"]?.string)
    }

    package var isEnabled: Bool { status.map { $0 == "ENABLED" } ?? true }
}

/// What became of a bulk write. An unordered bulk reports only totals.
package struct WriteResult: Sendable {
    /// How many updates found their record with all guards fulfilled, whether or not that changed anything.
    package var matched: Int
    /// Updates that the database or BSON refused, by position in the batch, and why.
    package var errors: [Int: String]

    package init(matched: Int, errors: [Int: String] = [:]) {
        self.matched = matched
        self.errors = errors
    }
}

/// Collections of VIMWatch's own.
package enum StateCollection: String, Sendable {
    case holds = "vimwatch_holds"
    case leases = "vimwatch_leases"
}

/// Why the store could not do what was asked.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    /// "read vnfrs of osm", for people.
    package let attempted: String
    package let reason: String
    package let isRetriable: Bool
    /// The operation may or may not have been carried out.
    package let outcomeIsUnknown: Bool

    package init(attempted: String, reason: String, isRetriable: Bool, outcomeIsUnknown: Bool = false) {
        self.attempted = attempted
        self.reason = reason
        self.isRetriable = isRetriable
        self.outcomeIsUnknown = outcomeIsUnknown
    }

    package var description: String { "cannot \(attempted): \(reason)" }
}
