// SPDX-License-Identifier: Apache-2.0

import Inventory
import JSON
import OpenStack
import Values

/// Indexes servers and fills in the ids of their flavours.
struct ServerDecoder {
    private let state: AccountState
    private let now: @Sendable () -> Double
    private let report: CycleReport
    /// The servers whose flavour may be filled in; `nil`: all of them.
    private let resolvable: Set<ResourceKey>?
    /// What was looked up in this cycle: thousands of servers share a few flavours.
    private var flavors: [String: [String]] = [:]

    init(_ observer: AccountObserver, resolvable: Set<ResourceKey>?) {
        state = observer.work.state
        now = observer.now
        report = observer.report
        self.resolvable = resolvable
    }

    static func resolvable(_ order: FlavorOrder?, vim: any VIMConnector) async throws -> Set<ResourceKey>? {
        try await order?.resolvable { try await vim.flavorIDs(named: $0) }
    }

    /// What was seen of some VMs, decoded.
    ///
    /// - Throws: only when cancelled.
    mutating func decode(_ vms: [SightedVM]) async throws(VIMError) -> [ObservedVM] {
        var decoded: [ObservedVM] = []
        decoded.reserveCapacity(vms.count)
        for vm in vms {
            let server: Sighting<JSONDocument, ServerMemory> =
                switch vm.server {
                case .fresh(let bytes, let digest):
                    try await decode(bytes, key: ResourceKey(vm.serverID), digest, at: vm.watched.address)
                case .same(let memory, let digest): .same(memory, digest)
                case .gone: .gone
                case .unknown: .unknown
                }
            decoded.append(ObservedVM(vm, server: server))
        }
        return decoded
    }

    /// A server that cannot be decoded, or whose flavour cannot be looked up, is unknown, and reported.
    private mutating func decode(
        _ bytes: [UInt8], key: ResourceKey, _ digest: Digest, at address: RecordAddress
    ) async throws(VIMError) -> Sighting<JSONDocument, ServerMemory> {
        var server: JSONDocument
        do throws(JSONError) {
            server = try JSONDocument(bytes)
            guard server.isObject else {
                report.note(Finding(.unrepresentable, "\(address)", "server: a key cannot be represented; left alone"))
                return .unknown
            }
        } catch {
            report.note(Finding(.serverMalformed, "\(address)", "server: \(error); VM left alone"))
            return .unknown
        }
        guard let name = FlavorRule.name(of: server), resolvable?.contains(key) ?? true else {
            return .fresh(server, digest)
        }
        do throws(VIMError) {
            let ids = if let known = flavors[name] { known } else { try await state.vim.flavorIDs(named: name) }
            flavors[name] = ids
            FlavorRule.fill(&server, matching: ids)
            return .fresh(server, digest)
        } catch {
            if error.code == .cancelled { throw error }
            await state.heed(error, now: now())
            report.note(
                Finding(
                    .flavorLookupFailed, "\(address)", "\(error.attempted): \(error.reason); VM left alone",
                    detail: error.code.word))
            return .unknown
        }
    }
}
