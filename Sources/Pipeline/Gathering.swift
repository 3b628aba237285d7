// SPDX-License-Identifier: Apache-2.0

import Inventory
import JSON
import OpenStack
import Values

/// Gathers what is fresh of the VMs of one account, record by record: indexes servers and ports, fills in the ids of
/// flavours, and makes their YAML.
struct Gathering: ~Copyable {
    private let account: AccountState
    /// By VM.
    private let elections: [TaskElection]
    private let sighted: SightedRecords
    private let texts: (servers: KeptTexts, ports: KeptTexts)
    /// The servers whose flavour may be filled in; `nil`: all of them.
    private let resolvable: Set<ResourceKey>?
    /// What was looked up in this cycle: thousands of servers share a few flavours.
    private var flavors: [String: Result<[String], VIMError>] = [:]
    /// The name of the flavour that was not yet looked up, so that not all could be gathered.
    private(set) var missingFlavor: String?
    private var gathered: GatheredDocuments
    /// By the order in which they are gathered: whether what is fresh can be used.
    private var isUsable: [Bool] = []
    /// What was gathered of the VMs of one record.
    private(set) var observations: [VDUObservation] = []
    /// Their servers, and where their ports are among all ports.
    private var seen: [(server: ServerObservation, ports: Range<Int>)] = []
    private var ports: [ByPort<PortObservation>.Entry] = []
    /// About what cannot be used.
    private(set) var findings: [Finding] = []

    init(_ observed: ObservedAccount) {
        account = observed.observer.work.state
        (elections, sighted) = (observed.watch.roster.list.elections, observed.sighted)
        (texts, resolvable) = (observed.texts, observed.resolvable)
        gathered = GatheredDocuments(rules: observed.observer.configuration.rules)
    }

    static func resolvable(_ order: FlavorOrder?, vim: any VIMConnector) async throws -> Set<ResourceKey>? {
        try await order?.resolvable { try await vim.flavorIDs(named: $0) }
    }

    /// Takes what was found out about a flavour.
    mutating func learn(_ name: String, _ ids: Result<[String], VIMError>) { flavors[name] = ids }

    /// The names of flavours that were not looked up yet, of the first servers that are fresh, up to the one that has none
    /// that did not come before.
    mutating func firstFlavors(of vms: some Sequence<SightedVM>) -> Set<String> {
        var names: Set<String> = []
        for vm in vms {
            guard case .fresh(let text, _) = vm.server else { continue }
            forget()
            add(server: text, of: vm)
            guard let name = missingFlavor, names.insert(name).inserted else { break }
        }
        forget()
        return names
    }

    /// Forgets what was gathered of the last VMs.
    private mutating func forget() {
        gathered.removeAll()
        observations.removeAll(keepingCapacity: true)
        seen.removeAll(keepingCapacity: true)
        ports.removeAll(keepingCapacity: true)
        isUsable.removeAll(keepingCapacity: true)
        (missingFlavor, findings) = (nil, [])
    }

    /// Gathers what was observed of the VMs of one record, in memory that is used again for the next; false if the flavour
    /// of one was not looked up yet (`missingFlavor`).
    ///
    /// A server or port that cannot be decoded, and a server whose flavour cannot be looked up, is unknown, and reported.
    mutating func gather(_ vms: ArraySlice<SightedVM>) -> Bool {
        forget()
        for vm in vms {
            gather(vm)
            if missingFlavor != nil {
                gathered.removeAll()
                return false
            }
        }
        observe(vms)
        return true
    }

    private mutating func observe(_ vms: ArraySlice<SightedVM>) {
        let documents = gathered.finish()
        var (place, number) = (0, 0)
        func observed<Memory>(_ sighting: Sighting<KeptTexts.Place, Memory>) -> Observed<SeenDocument, Memory> {
            switch sighting {
            case .fresh:
                defer { place += 1 }
                guard isUsable[place] else { return .unknown }
                defer { number += 1 }
                return .fresh(documents[number])
            case .same(let memory, _): return .same(memory)
            case .gone: return .gone
            case .unknown: return .unknown
            }
        }
        for vm in vms {
            let (server, start) = (observed(vm.server), ports.count)
            // Without its server nothing is concluded of a VM.
            if !server.isUnknown {
                for port in sighted.ports(of: vm) { ports.append((port.key, observed(port.sighting))) }
            }
            seen.append((server, start..<ports.count))
        }
        for (place, vm) in vms.indices.enumerated() {
            let number = vms[vm].number
            observations.append(
                VDUObservation(
                    index: elections[number].index, position: elections[number].position,
                    serverID: vms[vm].serverID, server: seen[place].server, ports: ByPort(ports[seen[place].ports])))
        }
    }

    private mutating func gather(_ vm: SightedVM) {
        switch vm.server {
        case .fresh(let text, _): add(server: text, of: vm)
        case .unknown: return
        case .same, .gone: break
        }
        if missingFlavor != nil || vm.server.isFresh && isUsable.last == false { return }
        for port in sighted.ports(of: vm) {
            if case .fresh(let text, _) = port.sighting { add(port: text, of: vm) }
        }
    }

    private mutating func add(server text: KeptTexts.Place, of vm: SightedVM) {
        let (code, cause): (Finding.Code, String)
        do throws(JSONError) {
            try texts.servers.lent(text) { (text) throws(JSONError) in try gathered.add(server: text) }
            if gathered.isLastAnObject { return fillFlavor(of: vm) }
            gathered.removeLast()
            (code, cause) = (.unrepresentable, "server: a key cannot be represented; left alone")
        } catch {
            (code, cause) = (.serverMalformed, "server: \(error); VM left alone")
        }
        isUsable.append(false)
        findings.append(Finding(code, "\(elections[vm.number].record)", cause))
    }

    private mutating func add(port text: KeptTexts.Place, of vm: SightedVM) {
        let (code, cause): (Finding.Code, String)
        do throws(JSONError) {
            try texts.ports.lent(text) { (text) throws(JSONError) in try gathered.add(port: text) }
            if gathered.isLastAnObject { return isUsable.append(true) }
            gathered.removeLast()
            (code, cause) = (.unrepresentable, "a key of a port cannot be represented")
        } catch {
            (code, cause) = (.portMalformed, "port: \(error); interface left alone")
        }
        isUsable.append(false)
        findings.append(Finding(code, "server \(vm.serverID) of VIM account \(account.id)", cause))
    }

    /// Fills in the id of the flavour of the server that was just added.
    private mutating func fillFlavor(of vm: SightedVM) {
        guard let name = gathered.flavorName(), resolvable?.contains(vm.serverID.key) ?? true else {
            return isUsable.append(true)
        }
        switch flavors[name] {
        case .success(let ids)?:
            gathered.fillFlavor(matching: ids)
            isUsable.append(true)
        case .failure(let error)?:
            gathered.removeLast()
            isUsable.append(false)
            findings.append(
                Finding(
                    .flavorLookupFailed, "\(elections[vm.number].record)",
                    "\(error.attempted): \(error.reason); VM left alone", detail: error.code.word))
        case nil: missingFlavor = name
        }
    }
}
