// SPDX-License-Identifier: Apache-2.0

import Inventory

/// What was seen of the VMs of one account, by their records.
struct SightedRecords: Sendable {
    let list: WatchList
    /// Those of the first record that is due, those of the second …
    private let vms: [SightedVM]
    /// By record where its VMs are above; none for one that is not due.
    private let places: [Range<Int32>]
    /// The records with at least one VM that may have changed, in the order of their first VM.
    let due: [Int]
    /// How many VMs all other records have.
    let unchanged: Int

    init(_ vms: [SightedVM], of list: WatchList) {
        var places = [Int32](repeating: -1, count: list.elections.count)
        var isDue = [Bool](repeating: false, count: list.records.count)
        let numbers = vms.map(\.watched.number)
        for (place, number) in numbers.enumerated() {
            places[number] = Int32(truncatingIfNeeded: place)
            if !vms[place].isUnchanged { isDue[list.recordOf[number]] = true }
        }
        var (due, unchanged, ordered) = ([Int](), 0, [SightedVM]())
        var placesOfRecords = [Range<Int32>](repeating: 0..<0, count: list.records.count)
        for number in numbers {
            let record = list.recordOf[number]
            if !isDue[record] {
                unchanged += 1
            } else if placesOfRecords[record].isEmpty {
                due.append(record)
                let start = Int32(truncatingIfNeeded: ordered.count)
                for number in list.vms(of: record) where places[number] >= 0 {
                    ordered.append(vms[Int(places[number])])
                }
                placesOfRecords[record] = start..<Int32(truncatingIfNeeded: ordered.count)
            }
        }
        self.list = list
        self.vms = ordered
        self.places = placesOfRecords
        self.due = due
        self.unchanged = unchanged
    }

    /// Those of a record that is due, in the order of their tasks.
    func vms(of record: Int) -> ArraySlice<SightedVM> {
        vms[Int(places[record].lowerBound)..<Int(places[record].upperBound)]
    }
}
