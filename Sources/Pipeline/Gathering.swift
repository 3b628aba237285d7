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
    private var gathered = GatheredDocuments()

    init(_ observer: AccountObserver, _ sightings: Sightings, resolvable: Set<ResourceKey>?) {
        state = observer.work.state
        now = observer.now
        report = observer.report
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
        let server: Sighting<Int, ServerMemory>
        switch vm.server {
        case .fresh(let text, let digest):
            if let finding = add(server: text, of: vm) {
                report.note(finding)
                server = .unknown
            } else if try await fillFlavor(of: vm) {
                server = .fresh(gathered.count - 1, digest)
            } else {
                gathered.removeLast()
                server = .unknown
            }
        case .same(let memory, let digest): server = .same(memory, digest)
        case .gone: server = .gone
        case .unknown: server = .unknown
        }
        // Without its server nothing is concluded of a VM.
        let ports = server.isUnknown ? [:] : vm.ports.map { _, port in add(port, of: vm) }
        return ObservedVM(sighted: vm, server: server, ports: ports)
    }

    /// Why it cannot be used, if so.
    private mutating func add(server text: KeptTexts.Place, of vm: SightedVM) -> Finding? {
        do throws(JSONError) {
            try sightings.texts.servers.lent(text) { (text) throws(JSONError) in try gathered.add(server: text) }
        } catch {
            return Finding(.serverMalformed, "\(vm.watched.address)", "server: \(error); VM left alone")
        }
        guard !gathered.isLastAnObject else { return nil }
        gathered.removeLast()
        return Finding(.unrepresentable, "\(vm.watched.address)", "server: a key cannot be represented; left alone")
    }

    private mutating func add(
        _ port: Sighting<KeptTexts.Place, PortMemory>, of vm: SightedVM
    ) -> Sighting<Int, PortMemory> {
        switch port {
        case .fresh(let text, let digest):
            guard let finding = add(port: text, of: vm) else { return .fresh(gathered.count - 1, digest) }
            report.note(finding)
            return .unknown
        case .same(let memory, let digest): return .same(memory, digest)
        case .gone: return .gone
        case .unknown: return .unknown
        }
    }

    /// Why it cannot be used, if so.
    private mutating func add(port text: KeptTexts.Place, of vm: SightedVM) -> Finding? {
        let (code, cause): (Finding.Code, String)
        do throws(JSONError) {
            try sightings.texts.ports.lent(text) { (text) throws(JSONError) in try gathered.add(port: text) }
            if gathered.isLastAnObject { return nil }
            gathered.removeLast()
            (code, cause) = (.unrepresentable, "a key of a port cannot be represented")
        } catch {
            (code, cause) = (.portMalformed, "port: \(error); interface left alone")
        }
        return Finding(code, "server \(vm.task.serverID) of VIM account \(state.id)", cause)
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
