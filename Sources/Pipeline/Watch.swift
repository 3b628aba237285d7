// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// What one poll of an account begins with: the VMs to look for, and what is remembered of them.
struct Watch: Sendable {
    let records: KnownRecords
    /// By VM: what holds of it if nothing changed since the last comparison.
    let clean: [CleanEntry?]
    /// Made of these.
    let expected: Expectations
    /// The bytes of records that changed since they were last read, as far as they were kept.
    let changed: [Int: ReadRecord]

    var roster: Roster { records.roster }

    /// The numbers of the VMs that have to be looked at: those that are not listed as when the last comparison found
    /// nothing to write, and their neighbours in the same record, one record after the other. Of the others only their
    /// servers count.
    func unsettled(_ servers: ServerSightings, _ ports: PortSightings) -> (vms: [Int], settled: Settled) {
        if expected.isComplete, servers.areAllSame, ports.areAllSame {
            return ([], Settled(all: roster.vdus.count, servers: roster.servers.table.count))
        }
        var isUnsettled = Array(repeating: false, count: roster.list.records.count)
        for vm in roster.vdus.indices where roster.vdus[vm] != nil && !isSettled(vm, servers, ports) {
            isUnsettled[roster.list.recordOf[vm]] = true
        }
        var (vms, settled) = ([Int](), Settled())
        settled.isWatched = Array(repeating: false, count: roster.servers.table.count)
        for record in roster.list.records {
            for vm in roster.list.vms(of: record) {
                guard let recorded = roster.vdus[vm] else { continue }
                if isUnsettled[record] {
                    vms.append(vm)
                } else {
                    settled.count += 1
                    if !recorded.isDeleted { settled.isWatched[Int(roster.servers[vm].first ?? 0)] = true }
                }
            }
        }
        return (vms, settled)
    }

    /// Which VM it is.
    func address(of vm: Int) -> RecordAddress { roster.list.elections[vm].record }

    private func isSettled(_ vm: Int, _ servers: ServerSightings, _ ports: PortSightings) -> Bool {
        let (server, interfaces) = (roster.servers[vm], roster.ports[vm])
        guard let number = server.first, server.count == 1, servers.isSame(Int(number)),
            let clean = clean[vm], clean.ports.count == interfaces.count, roster.vdus[vm]?.isDeleting == false
        else { return false }
        for (number, port) in zip(interfaces, clean.ports) {
            switch port {
            case .listed: guard ports.isSame(Int(number)) else { return false }
            case .gone: guard !ports.isListed(Int(number)) else { return false }
            }
        }
        return true
    }
}

/// The VMs that need no look.
struct Settled: Sendable {
    fileprivate(set) var count = 0
    /// By number of the server: whether one of them runs there.
    fileprivate(set) var isWatched: [Bool] = []

    fileprivate init() {}

    fileprivate init(all vms: Int, servers: Int) {
        count = vms
        isWatched = Array(repeating: true, count: servers)
    }
}
