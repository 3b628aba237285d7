// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Values

/// A VM that an account has to say something about, before the account is asked.
struct WatchedVM: Sendable {
    let election: TaskElection
    let recorded: RecordedVDU
    /// What holds of it if nothing changed since the last comparison.
    let clean: CleanEntry?

    var address: RecordAddress { election.record }
}

/// The records of one account as they were read at the beginning of its cycle.
struct WatchedRecords: Sendable {
    var memos: [String: RecordMemo] = [:]
    /// The bytes of records that are not as they were when they were last read.
    var changed: [String: [UInt8]] = [:]
    var findings: [Finding] = []

    /// Takes one document in; decodes it only if its bytes are new.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer, known: [String: RecordMemo], addresses: [String: [RecordAddress]],
        digestKey: DigestKey, rules: Rules
    ) {
        do throws(BSONError) {
            guard let id = try recordID(of: bytes) else { return }
            let digest = digestKey.digest(bytes)
            let wanted = addresses[id] ?? []
            if let memo = known[id], memo.digest == digest, wanted.allSatisfy({ memo.indexes.contains($0.index) }) {
                memos[id] = memo
                return
            }
            let record = try BSON.decode(bytes)
            let vdus = wanted.compactMap { address in
                RecordedVDU(in: record, at: address, rules: rules).map { (address.index, $0) }
            }
            memos[id] = RecordMemo(
                digest: digest, indexes: Set(wanted.map(\.index)), vdus: Dictionary(vdus) { first, _ in first }
            )
            changed[id] = Array(bytes)
        } catch {
            let account = addresses.values.first?.first?.account ?? "?"
            findings.append(
                Finding(
                    .recordMalformed, "a document of vnfrs, for VIM account \(account)",
                    "\(error); its VMs are left alone"))
        }
    }
}

/// The `_id` of a record, if it is a text.
func recordID(of bytes: UnsafeRawBufferPointer) throws(BSONError) -> String? {
    try BSONView(validating: bytes).element("_id")?.string()
}
