// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// `Observed` with the digest of what was seen, so that it can be recognised in the next cycle.
enum Sighting<Fresh: Sendable, Memory: Sendable>: Sendable {
    case fresh(Fresh, Digest)
    case same(Memory, Digest)
    case gone
    case unknown

    var isFresh: Bool { if case .fresh = self { true } else { false } }
    var isUnchanged: Bool { if case .same = self { true } else { false } }
    var isUnknown: Bool { if case .unknown = self { true } else { false } }
}

extension Sighting {
    /// The same with what `body` makes of what is fresh.
    func map<New>(_ body: (Fresh) -> New) -> Sighting<New, Memory> {
        switch self {
        case .fresh(let fresh, let digest): .fresh(body(fresh), digest)
        case .same(let memory, let digest): .same(memory, digest)
        case .gone: .gone
        case .unknown: .unknown
        }
    }
}
