// SPDX-License-Identifier: Apache-2.0

import Inventory
import JSON
import OpenStack
import Values

/// Gathers what is fresh of the VMs of one account: indexes servers and ports, fills in the ids of flavours, and makes
/// their YAML.
struct Gathering: ~Copyable {
    private let state: AccountState
    private let now: @Sendable () -> Double
    private let report: CycleReport
    private let sightings: Sightings
    /// The servers whose flavour may be filled in; `nil`: all of them.
    private let resolvable: Set<ResourceKey>?
    /// What was looked up in this cycle: thousands of servers share a few flavours.
    private var flavors: [String: [String]] = [:]
    private var gathered: GatheredDocuments

    init(_ observer: AccountObserver, _ sightings: Sightings, resolvable: Set<ResourceKey>?) {
        state = observer.work.state
        now = observer.now
        report = observer.report
        gathered = GatheredDocuments(rules: observer.configuration.rules)
        self.sightings = sightings
        self.resolvable = resolvable
    }

    static func resolvable(_ order: FlavorOrder?, vim: any VIMConnector) async throws -> Set<ResourceKey>? {
        try await order?.resolvable { try await vim.flavorIDs(named: $0) }
    }

    /// Begins to gather for records that travel together.
    mutating func begin(_ records: some Sequence<Int>, of sighted: SightedRecords) {
        var (count, size) = (0, 0)
        for record in records {
            for place in sighted.places(of: record) {
                let vm = sighted.vms[place]
                if case .fresh(let text, _) = vm.server { (count, size) = (count + 1, size + text.size) }
                for case .fresh(let text, _) in vm.ports.elements { (count, size) = (count + 1, size + text.size) }
            }
        }
        gathered.begin(capacity: count, size: size)
    }

    /// What was gathered.
    mutating func finish() -> SeenDocuments { gathered.finish() }

    /// Adds what is fresh of a VM. A server or port that cannot be decoded, and a server whose flavour cannot be looked up,
    /// is unknown, and reported.
    ///
    /// - Throws: only when cancelled.
    mutating func add(_ vm: SightedVM) async throws(VIMError) -> ObservedVM {
        var server = vm.server.map { add(server: $0, of: vm) }
        if server.isFresh, try await !fillFlavor(of: vm) {
            gathered.removeLast()
            server = .unknown
        }
        // Without its server nothing is concluded of a VM.
        let ports = server.isUnknown ? [:] : vm.ports.map { _, port in port.map { add(port: $0, of: vm) } }
        return ObservedVM(vm, server: server, ports: ports)
    }

    /// The number with which a server was gathered; `nil` if it cannot be used.
    private mutating func add(server text: KeptTexts.Place, of vm: SightedVM) -> Int? {
        let (code, cause): (Finding.Code, String)
        do throws(JSONError) {
            try sightings.texts.servers.lent(text) { (text) throws(JSONError) in try gathered.add(server: text) }
            if gathered.isLastAnObject { return gathered.count - 1 }
            gathered.removeLast()
            (code, cause) = (.unrepresentable, "server: a key cannot be represented; left alone")
        } catch {
            (code, cause) = (.serverMalformed, "server: \(error); VM left alone")
        }
        report.note(Finding(code, "\(vm.watched.address)", cause))
        return nil
    }

    /// The number with which a port was gathered; `nil` if it cannot be used.
    private mutating func add(port text: KeptTexts.Place, of vm: SightedVM) -> Int? {
        let (code, cause): (Finding.Code, String)
        do throws(JSONError) {
            try sightings.texts.ports.lent(text) { (text) throws(JSONError) in try gathered.add(port: text) }
            if gathered.isLastAnObject { return gathered.count - 1 }
            gathered.removeLast()
            (code, cause) = (.unrepresentable, "a key of a port cannot be represented")
        } catch {
            (code, cause) = (.portMalformed, "port: \(error); interface left alone")
        }
        report.note(Finding(code, "server \(vm.task.serverID) of VIM account \(state.id)", cause))
        return nil
    }

    /// Fills in the id of the flavour of the server that was added last; false if it cannot be looked up.
    private mutating func fillFlavor(of vm: SightedVM) async throws(VIMError) -> Bool {
        guard let name = gathered.flavorName, resolvable?.contains(vm.task.server.key) ?? true else { return true }
        do throws(VIMError) {
            let ids = if let known = flavors[name] { known } else { try await state.vim.flavorIDs(named: name) }
            flavors[name] = ids
            gathered.fillFlavor(matching: ids)
            return true
        } catch {
            if error.code == .cancelled { throw error }
            await state.heed(error, now: now())
            report.note(
                Finding(
                    .flavorLookupFailed, "\(vm.watched.address)",
                    "\(error.attempted): \(error.reason); VM left alone", detail: error.code.word))
            return false
        }
    }
}
