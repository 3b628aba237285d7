// SPDX-License-Identifier: Apache-2.0

import Simulator

/// Something that happens in a schedule. To which server, port or record, is decided when it happens, by the number
/// drawn with it.
enum Event: Sendable {
    /// Reality changes behind OSM's back.
    case change(Change.Kind, UInt64)
    /// A server that was deleted is there again, with its ports.
    case comeBack(UInt64)
    case revokeTokens(UInt64)
    case fault(Fault)
    case faultsEnd
    /// Another part of OSM writes.
    case osm(OSMWork, UInt64)
    case account(AccountWork, UInt64)
    case cloud(CloudWork, UInt64)
    /// What all clouds show in a TLS handshake from now on.
    case certificate(ServerCertificate)
    /// The operator lets through what is held.
    case approve
    /// The service ends and starts again, with nothing but its database.
    case restart
}

/// What OSM's life cycle manager (LCM) and resource orchestrator (RO) write while VIMWatch works.
enum OSMWork: String, Sendable, CaseIterable {
    // LCM.
    case scaleIn, scaleOut, markDeleting, beginHealing, finishHealing, removeRecord
    case editForeignField, writeMessage, renumber, lockDatabase, unlockDatabase
    // RO, which owns the same fields as VIMWatch.
    case refresh, refreshPart, clearInterfaces, changeCase
    // Somebody.
    case driftStatus, driftName, driftAddress, driftInterface
}

/// What an administrator of OSM does to a VIM account.
enum AccountWork: String, Sendable, CaseIterable {
    case wrongPassword, remove
    /// It speaks of another cloud from now on.
    case elsewhere
    /// As it was in the beginning.
    case repair
}

/// What the operator of a cloud does.
enum CloudWork: String, Sendable, CaseIterable {
    case changePassword, shortenTokens, skewClock
    /// The account's project is made anew under its name, or the old one is there again; tokens are revoked.
    case changeProject
    /// Connections are refused, those to all clouds.
    case refuse, accept
}

/// Something that happens in the midst of a cycle.
struct Surprise: Sendable {
    enum Moment: Sendable {
        /// The pipeline has read this record and does not know yet what came after.
        case afterReading(UInt64)
        case beforeWriting(UInt64)
        /// The record is written, and whoever wrote does not know yet.
        case afterWriting(UInt64)
        /// A request of this kind, the nth, is under way.
        case request(RequestKind, nth: Int)
    }

    enum Deed: Sendable {
        case event(Event)
        case end(EndableCycle.End)
    }

    let moment: Moment
    let deed: Deed
}

/// How the database lets the pipeline down.
enum StoreFailure: String, Sendable, CaseIterable {
    case reading, writing
    /// The connection breaks, before or after the bulk was carried out.
    case breakingBefore, breakingAfter
}
