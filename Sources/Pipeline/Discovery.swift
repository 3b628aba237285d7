// SPDX-License-Identifier: Apache-2.0

import Inventory
package import OpenStack
package import Records
import Secrets
package import Support
package import Values

/// One account to be asked in this cycle, and the records that it has to say something about.
struct AccountWork: Sendable {
    let state: AccountState
    let list: WatchList
}

/// The first stage: reads accounts and tasks, decrypts, decides which tasks may speak, groups by account.
///
/// It keeps what lives longer than a cycle: the connectors with their tokens, and what is known of each account.
package actor Discovery {
    private let store: any RecordStore
    private let journal: ChangeJournal?
    private let registry: VIMConnectorRegistry
    private let commonKey: Secret?
    private let digestKey: DigestKey
    private let limits: Breaker.Limits
    private var states: [String: (document: Object, state: AccountState)] = [:]
    private var book = TaskBook()
    /// When it was read.
    private var bookMark: ChangeJournal.Mark?
    /// When the tasks have to be read as if nothing were known of them, in seconds since 1970.
    private var bookIsDue = -Double.infinity
    private let fullEvery: Double
    private let now: @Sendable () -> Double

    package init(
        store: any RecordStore, journal: ChangeJournal? = nil, registry: VIMConnectorRegistry, commonKey: Secret?,
        digestKey: DigestKey, configuration: PipelineConfiguration, now: @escaping @Sendable () -> Double
    ) {
        self.journal = journal
        self.now = now
        fullEvery = configuration.fullEvery
        limits = Breaker.Limits(
            base: configuration.backoff, maximum: configuration.backoffMaximum,
            lastingMaximum: configuration.backoffAuthMaximum
        )
        self.store = store
        self.registry = registry
        self.commonKey = commonKey
        self.digestKey = digestKey
    }

    /// The accounts to be asked in this cycle, in the order of their first task; `nil` if the database does not tell.
    func run(report: CycleReport) async -> [AccountWork]? {
        do throws(StoreError) {
            return try await discover(report: report)
        } catch {
            report.update { $0.couldNotRun = true }
            if Task.isCancelled {
                // The database was not even asked.
                report.update { $0.wasStopped = true }
            } else {
                report.note(Finding(.storeFailed, "discovery", "\(error)"))
            }
            return nil
        }
    }

    private func discover(report: CycleReport) async throws(StoreError) -> [AccountWork]? {
        let version = try await store.version()
        guard version.isEnabled else {
            let status = version.status ?? ""
            report.update { $0.couldNotRun = true }
            report.note(
                Finding(.storeFailed, "admin.version", "database status is \"\(status)\": nothing is read or written"))
            return nil
        }
        let book = try await tasks()
        let accounts = try await readAccounts(version: version, report: report)
        report.note(book.findings)
        // A task of an account that does not exist, or of another type of VIM, is not ours.
        return book.accounts.compactMap { id in
            accounts[id].flatMap { state in book.lists[id].map { AccountWork(state: state, list: $0) } }
        }
    }

    /// Which tasks may speak for the records of one account, as they are now.
    func elections(of account: String) async throws(StoreError) -> [TaskElection] {
        try await readTasks().lists[account]?.elections ?? []
    }

    /// What the tasks say, read if any may have changed.
    private func tasks() async throws(StoreError) -> TaskBook {
        if let journal, await journal.mark() != nil, now() < bookIsDue,
            await journal.tasksAreUntouched(since: bookMark)
        {
            return book
        }
        return try await readTasks()
    }

    private func readTasks() async throws(StoreError) -> TaskBook {
        let mark = await journal?.lastMark
        let (key, start) = (digestKey, now())
        let known = start < bookIsDue ? book : TaskBook()
        let read = try await store.readTasks(into: TaskReader(known)) { $0.take($1, key) }
        if start >= bookIsDue { bookIsDue = start + fullEvery }
        book = read.finish(replacing: book)
        bookMark = mark
        return book
    }

    /// The accounts that can be asked, by id. A broken one is reported and left out.
    private func readAccounts(
        version: DatabaseVersion, report: CycleReport
    ) async throws(StoreError) -> [String: AccountState] {
        let documents = try await store.accounts()
        let cipher: Result<FieldCipher, DecryptionError> = Result { () throws(DecryptionError) in
            try FieldCipher(commonKey: commonKey, serialBase64: version.serial)
        }
        var accounts: [String: AccountState] = [:]
        for document in documents {
            do throws(Finding) {
                let document = try document.get()
                guard document["vim_type"]?.matches("openstack") ?? false else { continue }
                let state = try account(document, cipher: cipher)
                accounts[state.id] = state
            } catch {
                report.noteAccountFailure(error)
            }
        }
        states = states.filter { accounts[$0.key] != nil }
        return accounts
    }

    private func account(
        _ document: Object, cipher: Result<FieldCipher, DecryptionError>
    ) throws(Finding) -> AccountState {
        let id = document["_id"]?.string ?? "(without _id)"
        do {
            var document = try cipher.get().decrypt(
                account: document, salt: id, schemaVersion: document["schema_version"]?.string
            )
            document["vim_type"] = "openstack"
            if let known = states[id], Value.object(known.document).isIdentical(to: .object(document)) {
                return known.state
            }
            let account = try VIMAccount(document: document)
            let state = AccountState(
                id: id, name: account.name, vim: try registry.connector(for: account), limits: limits)
            states[id] = (document, state)
            return state
        } catch let error as DecryptionError {
            throw Finding(.accountDecryption, "VIM account \(id)", "\(error)")
        } catch let error as VIMError {
            throw Finding(.accountInvalid, "VIM account \(id)", "\(error.attempted): \(error.reason)")
        } catch {
            throw Finding(.accountInvalid, "VIM account \(id)", "\(error)")
        }
    }
}

extension DigestKey {
    func digest(of bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes { digest($0) } }
}
