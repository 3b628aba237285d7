// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// What made a VM clean: a comparison of its record, this server and these ports found nothing to write.
///
/// It only ever saves work: without it, or with a wrong digest, the VM is compared.
struct CleanEntry: Sendable {
    let serverKey: ResourceKey
    let server: Digest
    let serverMemory: ServerMemory
    /// In the order of the recorded interfaces.
    let ports: [CleanPort]
    /// When the VM has to be compared in full again, in seconds since 1970.
    let due: Double
}

enum CleanPort: Sendable {
    case listed(Digest, PortMemory)
    /// Proven to be gone, and the record's messages say what they have to.
    case gone
}
