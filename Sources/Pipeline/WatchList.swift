// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// The VMs of one account that OSM's tasks name. It is the same object for as long as the tasks say the same, and a VM is
/// known by its number in it.
final class WatchList: Sendable {
    /// One for each VM for which any task may speak, in the order of their first task.
    let elections: [TaskElection]
    /// By VM: its VNF record, by its number.
    let recordOf: [Int]
    /// The VMs of record 0 in their order, those of record 1 …
    private let vms: [Int]
    /// By record where its VMs begin; one more, where the last ones end.
    private let starts: [Int]
    private let numbers: RecordNumbers
    private let blocked: [TaskElection]

    init(_ elections: [TaskElection]) {
        self.elections = elections.filter { !$0.candidates.isEmpty }
        blocked = elections.filter(\.candidates.isEmpty)
        var numbers = RecordNumbers()
        recordOf = self.elections.map { numbers.insert($0.record.vnfrID) }
        self.numbers = numbers
        var ends = Array(repeating: 0, count: numbers.count + 1)
        for record in recordOf { ends[record + 1] += 1 }
        for record in 0..<numbers.count { ends[record + 1] += ends[record] }
        starts = ends
        var vms = Array(repeating: 0, count: recordOf.count)
        for (vm, record) in recordOf.enumerated() {
            vms[ends[record]] = vm
            ends[record] += 1
        }
        self.vms = vms
    }

    /// The VMs of a record.
    func vms(of record: Int) -> ArraySlice<Int> { vms[starts[record]..<starts[record + 1]] }

    /// The numbers of the records.
    var records: Range<Int> { 0..<numbers.count }

    func id(ofRecord record: Int) -> String { vnfrID(ofRecord: record).description }
    func vnfrID(ofRecord record: Int) -> ResourceID { elections[vms[starts[record]]].vnfrID }

    /// The number of a record.
    func record(_ id: ResourceID) -> Int? { numbers[id] }

    /// Whether it was made of these very elections.
    func says(_ elections: [TaskElection]) -> Bool {
        elections.count == self.elections.count + blocked.count
            && elections.filter { !$0.candidates.isEmpty } == self.elections
            && elections.filter(\.candidates.isEmpty) == blocked
    }
}
