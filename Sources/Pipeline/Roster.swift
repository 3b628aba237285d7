// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// What the records of a watch list say, and which servers and ports its listings are therefore searched for. It is the
/// same object for as long as neither the list nor the records change.
final class Roster: Sendable {
    let list: WatchList
    /// By record: whether there is one.
    let isThere: [Bool]
    /// By VM; `nil` if the record has nothing of it.
    let vdus: [RecordedVDU?]
    /// By VM: the servers of the tasks that may speak for it, in the order of the tasks.
    let servers: ResourcePlaces
    /// By VM: the ports of its recorded interfaces, in their order.
    let ports: ResourcePlaces
    /// How many VMs the records have something of.
    let watched: Int

    /// - Parameter known: what it replaces. Its tables are taken over if the same is to be found.
    init(_ list: WatchList, isThere: [Bool], vdus: [RecordedVDU?], replacing known: Roster?) {
        self.list = list
        self.isThere = isThere
        self.vdus = vdus
        watched = vdus.count { $0 != nil }
        let known = known?.list === list ? known : nil
        servers = ResourcePlaces(list.elections.indices, known: known?.servers) { vm in
            guard let vdu = vdus[vm] else { return [] }
            return list.elections[vm].speakers(recorded: vdu.server).map(\.server.key)
        }
        ports = ResourcePlaces(list.elections.indices, known: known?.ports) { vdus[$0]?.interfaces.map(\.key) ?? [] }
    }
}

extension KnownRecords {
    /// The same for another list: of its VMs that are known the record need not be looked into again.
    func moved(to list: WatchList) -> KnownRecords {
        let old = roster.list
        let places = Dictionary(uniqueKeysWithValues: old.elections.enumerated().map { ($1.record, $0) })
        let vms = list.elections.map { places[$0.record] }
        let records = list.records.map { record in
            list.vms(of: record).first.flatMap { old.record(list.elections[$0].record.vnfrID) }
        }
        let isThere = records.map { $0.map { roster.isThere[$0] } ?? false }
        let checksums = list.records.map { record in
            list.vms(of: record).allSatisfy { vms[$0] != nil } ? records[record].flatMap { self.checksums[$0] } : nil
        }
        let vdus = vms.map { $0.flatMap { roster.vdus[$0] } }
        return KnownRecords(
            roster: Roster(list, isThere: isThere, vdus: vdus, replacing: nil), checksums: checksums)
    }
}

/// Where the resources of each VM stand in a table of all that are looked for.
struct ResourcePlaces: Sendable {
    let table: KeyTable
    /// One after the other: VM 0's, VM 1's …
    private let numbers: [UInt32]
    /// By VM where its numbers begin; one more, where the last ones end.
    private let starts: [UInt32]

    init(_ vms: Range<Int>, known: ResourcePlaces?, keys: (Int) -> [ResourceKey]) {
        var (numbers, starts): ([UInt32], [UInt32]) = ([], [0])
        starts.reserveCapacity(vms.count + 1)
        // A table that holds more than is looked for would keep its size for ever.
        var table = KeyTable()
        var isKnown = known != nil
        for vm in vms {
            let wanted = keys(vm)
            if isKnown, let known, !known.is(wanted, of: vm) {
                isKnown = false
                for number in known.numbers.prefix(numbers.count) { _ = table.insert(known.table.keys[Int(number)]) }
            }
            if isKnown, let known {
                numbers += known[vm]
            } else {
                for key in wanted { numbers.append(UInt32(truncatingIfNeeded: table.insert(key))) }
            }
            starts.append(UInt32(truncatingIfNeeded: numbers.count))
        }
        self.table = isKnown ? known?.table ?? table : table
        self.numbers = numbers
        self.starts = starts
    }

    /// The numbers of a VM's resources.
    subscript(vm: Int) -> ArraySlice<UInt32> { numbers[places(of: vm)] }

    /// The same, one by one.
    subscript(vm: Int, place: Int) -> Int { Int(numbers[Int(starts[vm]) + place]) }

    /// How many resources a VM has.
    func count(of vm: Int) -> Int { places(of: vm).count }

    private func places(of vm: Int) -> Range<Int> { Int(starts[vm])..<Int(starts[vm + 1]) }

    private func `is`(_ keys: [ResourceKey], of vm: Int) -> Bool {
        self[vm].count == keys.count && zip(self[vm], keys).allSatisfy { table.keys[Int($0)] == $1 }
    }
}
