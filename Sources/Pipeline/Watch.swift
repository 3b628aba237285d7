// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// What one poll of an account begins with: the VMs to look for, and what is remembered of them.
struct Watch: Sendable {
    let records: KnownRecords
    /// By VM: what holds of it if nothing changed since the last comparison.
    let clean: [CleanEntry?]
    /// The bytes of records that changed since they were last read, as far as they were kept.
    let changed: [Int: ReadRecord]

    var roster: Roster { records.roster }

    /// By number of the server. A digest counts only if the server is clean for everybody who watches it.
    func expectedServers() -> [Digest?] {
        var expected = Expectations<Digest>(count: roster.servers.table.count)
        for vm in roster.vdus.indices {
            for number in roster.servers[vm] {
                let isOwn = clean[vm]?.serverKey == roster.servers.table.keys[Int(number)]
                expected.add(isOwn ? clean[vm]?.server : nil, for: Int(number)) { $0 == $1 }
            }
        }
        return expected.values
    }

    /// By number of the port. A digest counts only if one interface watches the port, and its device is watched.
    func expectedPorts() -> [PortListing.Clean?] {
        var expected = Expectations<PortListing.Clean>(count: roster.ports.table.count)
        let devices = roster.servers.table.keys
        for vm in roster.vdus.indices {
            let clean = clean[vm].flatMap { clean in
                roster.servers[vm].contains { devices[Int($0)] == clean.serverKey } ? clean : nil
            }
            for (place, number) in roster.ports[vm].enumerated() {
                var port: PortListing.Clean?
                if let clean, place < clean.ports.count, case .listed(let digest, _) = clean.ports[place] {
                    port = PortListing.Clean(device: clean.serverKey, digest: digest)
                }
                expected.add(port, for: Int(number)) { _, _ in false }
            }
        }
        return expected.values
    }

    /// The VMs that have to be looked at: those that are not listed as when the last comparison found nothing to write,
    /// and their neighbours in the same record. Of the others only their servers count.
    func unsettled(_ servers: ServerSightings, _ ports: PortSightings) -> (vms: [WatchedVM], settled: Settled) {
        var isUnsettled = Array(repeating: false, count: roster.list.records.count)
        for vm in roster.vdus.indices where roster.vdus[vm] != nil && !isSettled(vm, servers, ports) {
            isUnsettled[roster.list.recordOf[vm]] = true
        }
        var (vms, settled) = ([WatchedVM](), Settled())
        settled.isWatched = Array(repeating: false, count: roster.servers.table.count)
        for vm in roster.vdus.indices {
            guard let recorded = roster.vdus[vm] else { continue }
            if isUnsettled[roster.list.recordOf[vm]] {
                vms.append(
                    WatchedVM(
                        number: vm, election: roster.list.elections[vm], recorded: recorded, clean: clean[vm]))
            } else {
                settled.count += 1
                if !recorded.isDeleted { settled.isWatched[Int(roster.servers[vm].first ?? 0)] = true }
            }
        }
        return (vms, settled)
    }

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
}

/// One value for each resource, unless those who watch it expect different ones.
private struct Expectations<Value> {
    private(set) var values: [Value?]
    private var isClaimed: [Bool]

    init(count: Int) {
        values = Array(repeating: nil, count: count)
        isClaimed = Array(repeating: false, count: count)
    }

    mutating func add(_ value: Value?, for number: Int, agree: (Value, Value) -> Bool) {
        guard isClaimed[number] else {
            isClaimed[number] = true
            values[number] = value
            return
        }
        if let known = values[number], let value, agree(known, value) { return }
        values[number] = nil
    }
}
