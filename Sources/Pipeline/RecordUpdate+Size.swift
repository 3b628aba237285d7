// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Values

extension RecordUpdate {
    /// About what it takes on the wire: guards and new values.
    var estimatedBytes: Int {
        changes.reduce(256) { sum, change in
            sum + 2 * (change.path.description.utf8.count + 16) + change.new.estimatedBytes
                + (change.old?.estimatedBytes ?? 0)
        }
    }

    /// Whether a record, read again, holds everything that this update sets.
    func isApplied(in record: [UInt8]) -> Bool {
        (try? BSON.decode(record)).map(isApplied(in:)) ?? false
    }
}

extension Value {
    fileprivate var estimatedBytes: Int {
        switch self {
        case .string(let text): text.utf8.count + 8
        case .array(let elements): elements.reduce(8) { $0 + $1.estimatedBytes }
        case .object(let object): object.members.reduce(8) { $0 + $1.key.utf8.count + $1.value.estimatedBytes }
        case .opaque(_, let bytes): bytes.count
        default: 16
        }
    }
}
