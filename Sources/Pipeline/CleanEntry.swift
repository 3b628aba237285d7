// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// What made a VM clean: a comparison of exactly this record, this server and these ports found nothing to write.
///
/// It only ever saves work: without it, or with a wrong digest, the VM is compared.
struct CleanEntry: Sendable {
    let record: Digest
    let serverKey: ResourceKey
    let server: Digest
    let serverMemory: ServerMemory
    let ports: [ResourceKey: CleanPort]
    /// When the VM has to be compared in full again, in seconds since 1970.
    let due: Double
}

enum CleanPort: Sendable {
    case listed(Digest, PortMemory)
    /// Proven to be gone, and the record's messages say what they have to.
    case gone
}

/// What has to be known of a record that did not change since it was last read.
struct RecordMemo: Sendable {
    let digest: Digest
    /// The indexes in `vdur` that were looked at.
    let indexes: Set<Int>
    /// By index; none where the record has nothing of the account.
    let vdus: [Int: RecordedVDU]
}
