// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// What made a VM clean: a comparison of its record, this server and these ports found nothing to write.
///
/// It only ever saves work: without it, or with a wrong digest, the VM is compared.
final class CleanEntry: Sendable {
    let serverKey: ResourceKey
    let server: Digest
    let serverMemory: ServerMemory
    /// In the order of the recorded interfaces.
    let ports: CleanPorts
    /// When the VM has to be compared in full again, in seconds since 1970.
    let due: Double

    init(serverKey: ResourceKey, server: Digest, serverMemory: ServerMemory, ports: CleanPorts, due: Double) {
        self.serverKey = serverKey
        self.server = server
        self.serverMemory = serverMemory
        self.ports = ports
        self.due = due
    }
}

enum CleanPort: Sendable {
    case listed(Digest, PortMemory)
    /// Proven to be gone, and the record's messages say what they have to.
    case gone
}

/// The clean ports of one VM. There is an entry for each VM as long as the service runs: one or two good ports, as nearly
/// every VM has, need no memory of their own.
struct CleanPorts: RandomAccessCollection, Sendable {
    private enum Content: Sendable {
        case one(Digest)
        case two(Digest, Digest)
        case any([CleanPort])
    }

    private let content: Content

    init(_ ports: [CleanPort]) {
        let digests = ports.compactMap(\.digestIfGood)
        content =
            switch (ports.count, digests.count) {
            case (1, 1): .one(digests[0])
            case (2, 2): .two(digests[0], digests[1])
            default: .any(ports)
            }
    }

    var startIndex: Int { 0 }

    var endIndex: Int {
        switch content {
        case .one: 1
        case .two: 2
        case .any(let ports): ports.count
        }
    }

    subscript(place: Int) -> CleanPort {
        switch content {
        case .one(let digest): .listed(digest, PortMemory(message: nil))
        case .two(let first, let second): .listed(place == 0 ? first : second, PortMemory(message: nil))
        case .any(let ports): ports[place]
        }
    }
}

extension CleanPort {
    fileprivate var digestIfGood: Digest? {
        if case .listed(let digest, let memory) = self, memory.message == nil { digest } else { nil }
    }
}
