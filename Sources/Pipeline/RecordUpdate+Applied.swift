// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Values

extension RecordUpdate {
    /// Whether a record, read again, holds everything that this update sets.
    func isApplied(in record: [UInt8]) -> Bool {
        (try? BSON.decode(record)).map(isApplied(in:)) ?? false
    }
}
