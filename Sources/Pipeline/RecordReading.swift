// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Values

/// One account's records as they are read at the beginning of its poll. Only documents that are not as they were when
/// they were last read are decoded.
struct RecordReading: Sendable {
    private let list: WatchList
    private let known: Roster?
    private let rules: Rules
    private var digests: [Digest?]
    private var vdus: [Int: RecordedVDU] = [:]
    /// The records that changed, and their bytes.
    private(set) var changed: [Int: [UInt8]] = [:]
    private(set) var findings: [Finding] = []

    init(_ list: WatchList, known: Roster?, rules: Rules) {
        self.list = list
        self.known = known
        self.rules = rules
        digests = Array(repeating: nil, count: list.records.count)
    }

    /// Takes one document in.
    mutating func take(_ bytes: UnsafeRawBufferPointer, _ key: DigestKey) {
        do throws(BSONError) {
            guard let id = try recordID(of: bytes), let record = list.record(id) else { return }
            let digest = key.digest(bytes)
            if known?.digests[record] != digest {
                let document = try Fields(validating: bytes)
                for vm in list.vms[record] {
                    vdus[vm] = RecordedVDU(in: document, at: list.elections[vm].record, rules: rules)
                }
                changed[record] = Array(bytes)
            }
            digests[record] = digest
        } catch {
            findings.append(
                Finding(
                    .recordMalformed,
                    "a document of vnfrs, for VIM account \(list.elections.first?.record.account ?? "?")",
                    "\(error); its VMs are left alone"))
        }
    }

    /// What is known now; the roster that was known before if nothing changed.
    func roster() -> Roster {
        if let known, changed.isEmpty, digests == known.digests { return known }
        let current = list.elections.indices.map { vm in
            let record = list.recordOf[vm]
            if changed[record] != nil { return vdus[vm] }
            return digests[record] == nil ? nil : known?.vdus[vm]
        }
        return Roster(list, digests: digests, vdus: current, replacing: known)
    }
}

/// The `_id` of a record, if it is a text.
func recordID(of bytes: UnsafeRawBufferPointer) throws(BSONError) -> String? {
    try BSONView(validating: bytes).element("_id")?.string()
}
