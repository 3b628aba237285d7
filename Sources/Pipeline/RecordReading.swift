// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Records
import Values

/// A record as BSON.
struct ReadRecord: Sendable {
    let document: SharedBytes
    let checksum: UInt64
    /// Whether it has been checked to be sound to the last byte; its checksum says so of what was looked into before.
    let isChecked: Bool
}

/// What was known of an account's records when they were last read.
struct KnownRecords: Sendable {
    let roster: Roster
    /// By record: what it was; `nil` if there is none, if it is malformed, if only its outline was read and it was not found
    /// clean since, or if it was found to be another meanwhile.
    let checksums: [UInt64?]
}

/// One account's records as they are read at the beginning of its poll. Only those that are not as they were when they
/// were last read are looked into, and those that the database told of no change of are not even read.
///
/// Of records that were never read outlines are enough to know whom to look for: they are read whole when they are
/// compared, some at a time, so that a start takes no more memory than any other cycle.
struct RecordReading: Sendable {
    private let list: WatchList
    private let known: KnownRecords?
    private let rules: Rules
    /// By record: whether it is looked into even if its checksum is what it was.
    private let isDue: [Bool]
    /// By record: whether it is as it was known.
    private let isAsKnown: [Bool]
    private var isOutlined: Bool
    private var isThere: [Bool]
    private var checksums: [UInt64?]
    /// By VM of a record that changed.
    private var vdus: [Int: RecordedVDU?] = [:]
    /// The bytes of records that changed, as far as they are kept.
    private(set) var changed: [Int: ReadRecord] = [:]
    private var keptBytes = 0
    private(set) var findings: [Finding] = []

    /// What is not kept is read again.
    private static let keptAtMost = 2 << 20

    /// - Parameters:
    ///   - due: the VMs that have to be compared in full.
    ///   - touched: the records that may have changed since they became known; `nil` if that may be all of them.
    init(_ list: WatchList, known: KnownRecords?, due: [Int], touched: [Int]?, rules: Rules) {
        self.list = list
        self.known = known
        self.rules = rules
        isOutlined = known == nil
        var isDue = Array(repeating: false, count: list.records.count)
        for vm in due { isDue[list.recordOf[vm]] = true }
        self.isDue = isDue
        var checksums = Array(repeating: UInt64?.none, count: list.records.count)
        if let known, let touched {
            checksums = known.checksums
            for record in touched { checksums[record] = nil }
            for vm in due { checksums[list.recordOf[vm]] = nil }
        }
        self.checksums = checksums
        isAsKnown = checksums.map { $0 != nil }
        isThere = isAsKnown
    }

    /// The records to be read.
    var ids: [String] { list.records.filter { !isAsKnown[$0] }.map(list.id(ofRecord:)) }

    /// How much of the records is to be read.
    var extent: RecordExtent {
        guard isOutlined, let account = list.elections.first?.record.account else { return .whole }
        return .outline(account: account)
    }

    /// From now on whole records come.
    ///
    /// - Returns: the ids of those of which outlines are not enough: what is left of a deleted server says whose they are.
    mutating func beginWithoutOutlines() -> [String] {
        guard isOutlined else { return [] }
        isOutlined = false
        return list.records.filter { record in
            list.vms(of: record).contains { (vdus[$0] ?? nil)?.isDeleted ?? false }
        }.map(list.id(ofRecord:))
    }

    /// Takes one document in.
    mutating func take(_ bytes: UnsafeRawBufferPointer, _ key: DigestKey) {
        do throws(BSONError) {
            guard let id = try recordID(of: bytes), let record = list.record(id) else { return }
            let checksum = isOutlined ? nil : key.checksum(bytes)
            let isChanged = checksum == nil || known?.checksums[record] != checksum
            if isChanged || isDue[record] {
                try Fields.lent(bytes) { document in
                    for vm in list.vms(of: record) {
                        let vdu = RecordedVDU(in: document, at: list.elections[vm].record, rules: rules)
                        if isChanged || !isKnown(vdu, vm) { vdus[vm] = .some(vdu) }
                    }
                }
                if isChanged, let checksum, keptBytes + bytes.count <= Self.keptAtMost {
                    keptBytes += bytes.count
                    changed[record] = ReadRecord(
                        document: SharedBytes(Array(bytes)), checksum: checksum, isChecked: true)
                }
            }
            isThere[record] = true
            checksums[record] = checksum
        } catch {
            findings.append(
                Finding(
                    .recordMalformed,
                    "a document of vnfrs, for VIM account \(list.elections.first?.record.account ?? "?")",
                    "\(error); its VMs are left alone"))
        }
    }

    private func isKnown(_ vdu: RecordedVDU?, _ vm: Int) -> Bool {
        switch (vdu, known?.roster.vdus[vm] ?? nil) {
        case (nil, nil): true
        case (let vdu?, let known?): vdu.isSame(as: known)
        default: false
        }
    }

    /// What is known now; the roster that was known before if nothing changed.
    func finish() -> KnownRecords {
        if let roster = known?.roster, vdus.isEmpty, isThere == roster.isThere {
            return KnownRecords(roster: roster, checksums: checksums)
        }
        let current = list.elections.indices.map { vm in
            vdus[vm] ?? (isThere[list.recordOf[vm]] ? known?.roster.vdus[vm] : nil)
        }
        let roster = Roster(list, isThere: isThere, vdus: current, replacing: known?.roster)
        return KnownRecords(roster: roster, checksums: checksums)
    }
}

/// The `_id` of a record, if it is a text.
func recordID(of bytes: UnsafeRawBufferPointer) throws(BSONError) -> ResourceID? {
    guard let element = try BSONView(validating: bytes).element("_id"), let utf8 = element.utf8 else { return nil }
    let id = ResourceID(utf8: utf8)
    return id.isLowercaseUUID ? id : try element.string().map { ResourceID($0) }
}
