// SPDX-License-Identifier: Apache-2.0

import Inventory

/// The VMs of one account that OSM's tasks name. It is the same object for as long as the tasks say the same, and a VM is
/// known by its number in it.
final class WatchList: Sendable {
    /// One for each VM for which any task may speak, in the order of their first task.
    let elections: [TaskElection]
    /// The ids of their VNF records, each once.
    let records: [String]
    /// By record: its VMs.
    let vms: [[Int]]
    /// By VM: its record.
    let recordOf: [Int]
    private let numbers: [String: Int]
    private let blocked: [TaskElection]

    init(_ elections: [TaskElection]) {
        self.elections = elections.filter { !$0.candidates.isEmpty }
        blocked = elections.filter(\.candidates.isEmpty)
        var (records, vms, recordOf): ([String], [[Int]], [Int]) = ([], [], [])
        var numbers: [String: Int] = [:]
        for (vm, election) in self.elections.enumerated() {
            let record = numbers[election.record.vnfr] ?? records.count
            if record == records.count {
                numbers[election.record.vnfr] = record
                records.append(election.record.vnfr)
                vms.append([])
            }
            vms[record].append(vm)
            recordOf.append(record)
        }
        (self.records, self.vms, self.recordOf, self.numbers) = (records, vms, recordOf, numbers)
    }

    /// The number of a record.
    func record(_ id: String) -> Int? { numbers[id] }

    /// Whether it was made of these very elections.
    func says(_ elections: [TaskElection]) -> Bool {
        elections.count == self.elections.count + blocked.count
            && elections.filter { !$0.candidates.isEmpty } == self.elections
            && elections.filter(\.candidates.isEmpty) == blocked
    }
}
