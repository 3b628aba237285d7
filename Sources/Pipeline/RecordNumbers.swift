// SPDX-License-Identifier: Apache-2.0

import Values

/// Numbers records, each once, in the order in which they come.
struct RecordNumbers: Sendable {
    private var uuids = KeyTable()
    /// By number in the table.
    private var numbers: [UInt32] = []
    /// Of records whose ids are anything but a UUID in lower case, and for whom a key may stand for more than one id.
    private var others: [ResourceID: Int] = [:]
    private(set) var count = 0

    subscript(id: ResourceID) -> Int? {
        guard id.isLowercaseUUID else { return others[id] }
        return uuids.number(of: id.key).map { Int(numbers[$0]) }
    }

    /// The number of a record, which it gets now if it is new.
    mutating func insert(_ id: ResourceID) -> Int {
        if id.isLowercaseUUID {
            let number = uuids.insert(id.key)
            if number < numbers.count { return Int(numbers[number]) }
            numbers.append(UInt32(truncatingIfNeeded: count))
        } else {
            if let number = others[id] { return number }
            others[id] = count
        }
        count += 1
        return count - 1
    }

    /// Forgets all of them, and keeps the memory.
    mutating func removeAll() {
        uuids.removeAll()
        numbers.removeAll(keepingCapacity: true)
        others.removeAll()
        count = 0
    }
}
