// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Values

/// Asks for single servers and ports that a listing lacks, within the account's allowance for one cycle.
actor Prover {
    private let state: AccountState
    private let digestKey: DigestKey
    private let now: @Sendable () -> Double
    private let report: CycleReport
    private var left: Int
    /// Ports that the cloud itself says are gone.
    private var gone: Set<ResourceKey> = []
    /// Server errors and timeouts in a row: after two of them the cloud is left alone for this cycle.
    private var failuresInARow = 0

    init(
        state: AccountState, limit: Int, digestKey: DigestKey,
        now: @escaping @Sendable () -> Double, report: CycleReport
    ) {
        self.state = state
        self.digestKey = digestKey
        self.now = now
        self.report = report
        left = limit
    }

    /// Has what was proven remembered, once it is known that it was the account's own cloud that was asked.
    func keep() async { await state.proved(gone: gone) }

    func server(_ id: String) async throws(VIMError) -> Result<Lookup, Finding> {
        try await ask(.absenceUnconfirmed, "server", id) { () async throws(VIMError) in
            try await state.vim.server(id: id)
        }
    }

    /// What a port that is not listed turns out to be; `device` is the server that it should be on.
    ///
    /// - Throws: only when cancelled.
    func port(_ id: String, on device: ResourceKey) async throws(VIMError) -> Sighting<[UInt8], PortMemory> {
        let answer = try await ask(.portUnconfirmed, "port", id) { () async throws(VIMError) in
            try await state.vim.port(id: id)
        }
        switch answer {
        case .failure(let finding):
            report.note(finding)
            return .unknown
        case .success(.notFound):
            gone.insert(ResourceKey(id))
            return .gone
        case .success(.found(let bytes, let port)):
            guard let text = port["device_id"]?.string, ResourceKey(text) == device else { return .gone }
            // It is there, but belongs to another project than the listing asked for.
            state.vim.listPortsOfAllProjects(true)
            report.note(
                Finding(
                    .portsOutsideProject, "VIM account \(state.id) (\(state.name))",
                    "port \(id) belongs to another project: from now on the ports of all projects are listed"
                )
            )
            return .fresh(bytes, digestKey.digest(of: bytes))
        }
    }

    /// - Throws: only when cancelled; every other failure leaves the object unconfirmed.
    private func ask(
        _ code: Finding.Code, _ kind: String, _ id: String, _ lookup: () async throws(VIMError) -> Lookup
    ) async throws(VIMError) -> Result<Lookup, Finding> {
        let subject = "\(kind) \(id) of VIM account \(state.id)"
        let key = ResourceKey(id)
        if let refusal = await refusal(key) { return .failure(Finding(code, subject, "not listed; \(refusal)")) }
        left -= 1
        report.update { $0.proofs += 1 }
        do throws(VIMError) {
            let answer = try await lookup()
            failuresInARow = 0
            await state.answered(about: key)
            return .success(answer)
        } catch {
            if error.code == .cancelled { throw error }
            if error.isServerFailure { failuresInARow += 1 } else { failuresInARow = 0 }
            await state.heed(error, now: now())
            await state.unanswered(about: key, now: now())
            return .failure(
                Finding(
                    code, subject, "not listed, and not proven to be gone: \(error.reason)", detail: error.code.word))
        }
    }

    /// Why something is not asked for; `nil` if it is.
    private func refusal(_ key: ResourceKey) async -> String? {
        if left <= 0 { return "no proof asked for: the cycle's allowance is used up" }
        if failuresInARow >= 2 { return "no proof asked for: the VIM just failed twice" }
        if case .open = await state.standing(now: now()).state {
            return "no proof asked for: the VIM wants to be left alone"
        }
        let mayBeAsked = await state.mayAsk(about: key, now: now())
        return mayBeAsked ? nil : "asked without an answer before, asked again later"
    }
}

extension VIMError {
    fileprivate var isServerFailure: Bool {
        switch code {
        case .timeout, .unreachable: true
        case .http(let status): status >= 500
        default: false
        }
    }
}
