// SPDX-License-Identifier: Apache-2.0

/// Numbers resource keys in the order in which they come, and finds the number of one again.
///
/// A listing asks it once for each object that a cloud returns, so it is flat: one array of keys and one of places in it.
public struct KeyTable: Sendable {
    /// By their numbers.
    public private(set) var keys: [ResourceKey] = []
    /// Number + 1 of the key that hashes to here, or to a place before with none empty between; 0: empty. Their count is a
    /// power of two, and at most half of them are taken.
    private var places: [UInt32] = [0, 0, 0, 0]

    /// Nobody outside may know which keys meet: who can name servers could make all of them meet.
    private static let seed = (UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max))

    /// A table without keys.
    public init() {}

    /// How many keys have a number.
    public var count: Int { keys.count }

    /// The number of a key, which it gets now if it is new.
    public mutating func insert(_ key: ResourceKey) -> Int {
        if let number = number(of: key) { return number }
        keys.append(key)
        if keys.count * 2 > places.count {
            places = Array(repeating: 0, count: places.count * 2)
            for (number, key) in keys.enumerated() { place(key, number) }
        } else {
            place(key, keys.count - 1)
        }
        return keys.count - 1
    }

    /// The number of a key; nil if it has none.
    public func number(of key: ResourceKey) -> Int? {
        var place = first(key)
        while places[place] != 0 {
            let number = Int(places[place]) - 1
            if keys[number] == key { return number }
            place = (place &+ 1) & (places.count &- 1)
        }
        return nil
    }

    /// The same for a key that most often has a certain number: a look at that costs less than a search.
    public func number(of key: ResourceKey, probably number: Int?) -> Int? {
        if let number, number < keys.count, keys[number] == key { return number }
        return self.number(of: key)
    }

    /// Forgets the keys, and keeps the memory.
    public mutating func removeAll() {
        keys.removeAll(keepingCapacity: true)
        for place in places.indices { places[place] = 0 }
    }

    private mutating func place(_ key: ResourceKey, _ number: Int) {
        var place = first(key)
        while places[place] != 0 { place = (place &+ 1) & (places.count &- 1) }
        places[place] = UInt32(truncatingIfNeeded: number + 1)
    }

    private func first(_ key: ResourceKey) -> Int {
        let product = (key.high ^ Self.seed.0).multipliedFullWidth(by: key.low ^ Self.seed.1)
        return Int(truncatingIfNeeded: product.high ^ product.low) & (places.count &- 1)
    }
}
