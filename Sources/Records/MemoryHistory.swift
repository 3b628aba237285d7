// SPDX-License-Identifier: Apache-2.0

import Values

/// Which documents of a store in memory changed, and in which order. Of each only its last change is kept.
struct MemoryHistory: Sendable {
    private var count = 0
    private var lastTask = 0
    private var records: [ResourceID: Int] = [:]

    mutating func note(record id: Value) {
        count += 1
        if let id = id.string { records[ResourceID(id)] = count }
    }

    /// Notes what is otherwise in a collection.
    mutating func note(_ collection: String, from old: [Object], to new: [Object]) {
        switch collection {
        case "vnfrs":
            let (old, new) = (old.byID, new.byID)
            for id in Set(old.keys).union(new.keys) where !same(old[id], new[id]) {
                count += 1
                records[id] = count
            }
        case "ro_tasks" where old.count != new.count || !zip(old, new).allSatisfy(same):
            count += 1
            lastTask = count
        default: break
        }
    }

    func changes(since position: StorePosition?, limit: Int) -> StoreChanges {
        let now = StorePosition(token: Array("\(count)".utf8), election: [])
        guard let position, let since = Int(String(decoding: position.token, as: UTF8.self)) else {
            return StoreChanges(position: now, changed: nil)
        }
        let changed = ChangedDocuments(
            records: records.filter { $0.value > since }.map(\.key), tasks: lastTask > since)
        return StoreChanges(position: now, changed: changed.records.count > limit ? nil : changed)
    }

    private func same(_ left: Object?, _ right: Object?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return Value.object(left).isIdentical(to: .object(right))
    }
}

extension [Object] {
    /// Those that have a text as `_id`.
    fileprivate var byID: [ResourceID: Object] {
        Dictionary(compactMap { document in document["_id"]?.string.map { (ResourceID($0), document) } }) {
            first, _ in first
        }
    }
}
