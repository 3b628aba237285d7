// SPDX-License-Identifier: Apache-2.0

import Inventory

/// What was seen of the VMs of one account, by their records.
struct SightedRecords: Sendable {
    let list: WatchList
    private let vms: [SightedVM]
    private let ports: [SightedPort]
    /// By record where its VMs are above; none for one that is not due.
    private let places: [Range<Int32>]
    /// The records with at least one VM that may have changed, in the order of their first VM.
    let due: [Int]
    /// How many VMs all other records have.
    let unchanged: Int

    /// - Parameter vms: one record after the other.
    init(_ vms: [SightedVM], _ ports: [SightedPort], of list: WatchList) {
        var places = [Range<Int32>](repeating: 0..<0, count: list.records.count)
        var (due, unchanged, start) = ([Int](), 0, 0)
        while start < vms.count {
            let record = list.recordOf[vms[start].number]
            var (end, isDue) = (start, false)
            while end < vms.count, list.recordOf[vms[end].number] == record {
                if !vms[end].isUnchanged { isDue = true }
                end += 1
            }
            if isDue {
                due.append(record)
                places[record] = Int32(truncatingIfNeeded: start)..<Int32(truncatingIfNeeded: end)
            } else {
                unchanged += end - start
            }
            start = end
        }
        (self.list, self.vms, self.ports) = (list, vms, ports)
        (self.places, self.due, self.unchanged) = (places, due, unchanged)
    }

    /// Those of a record that is due, in the order of their tasks.
    func vms(of record: Int) -> ArraySlice<SightedVM> {
        vms[Int(places[record].lowerBound)..<Int(places[record].upperBound)]
    }

    /// What was seen of a VM's ports, in the order of its recorded interfaces.
    func ports(of vm: SightedVM) -> ArraySlice<SightedPort> { ports[vm.ports] }
}
