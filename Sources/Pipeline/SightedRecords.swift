// SPDX-License-Identifier: Apache-2.0

import Inventory

/// What was seen of the VMs of one account, by their records.
struct SightedRecords: Sendable {
    let list: WatchList
    private let vms: [SightedVM]
    /// By VM of the list: its place above; negative for those that nothing has to be known of.
    private let places: [Int32]
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
        var due: [Int] = []
        var unchanged = 0
        for number in numbers {
            let record = list.recordOf[number]
            if !isDue[record] {
                unchanged += 1
            } else if list.vms(of: record).first(where: { places[$0] >= 0 }) == number {
                due.append(record)
            }
        }
        self.list = list
        self.vms = vms
        self.places = places
        self.due = due
        self.unchanged = unchanged
    }

    /// Those of a record, in the order of their tasks.
    func vms(of record: Int) -> [SightedVM] {
        let numbers = list.vms(of: record)
        var result: [SightedVM] = []
        result.reserveCapacity(numbers.count)
        for number in numbers where places[number] >= 0 { result.append(vms[Int(places[number])]) }
        return result
    }
}
