// SPDX-License-Identifier: Apache-2.0

package import Inventory

/// What can be tuned in the pipeline. Durations are in seconds.
package struct PipelineConfiguration: Sendable {
    /// Accounts fetched at the same time.
    package var accountsInFlight = 8
    /// Of those that were slow or failed, besides.
    package var slowAccountsInFlight = 8
    package var compareWorkers = 2
    /// Records that are read and compared, and whose updates travel, together: no more than come with one reply of the
    /// database (`MongoStore`).
    package static let recordsTogether = 96
    /// Watermarks of the channel to the writer, counted in VNF records.
    package var channelLow = 128
    package var channelHigh = 512
    /// Bounds of one bulk write: records, bytes, and how long it waits for more.
    package var writerBatch = 1000
    package var writerBytes = 4 << 20
    package var writerLinger = 0.2
    package var rules = Rules()
    /// Compare and report, write nothing.
    package var dryRun = false
    /// Everything is compared in full at least this often, whatever the caches say.
    package var fullEvery = 3600.0
    package var proofsPerCycle = 20
    package var hold = HoldPolicy()
    /// The longest wait after the first failure of an account; doubles with each more in a row, up to the maximum. There
    /// is another maximum for credentials and settings that do not work.
    package var backoff = 5.0
    package var backoffMaximum = 300.0
    package var backoffAuthMaximum = 3600.0
    /// Accounts, by id or name, that are compared but not written.
    package var dryRunAccounts: Set<String> = []
    /// How long a lease of the one writer lasts; `nil` writes without one.
    package var leaseTTL: Double? = 30

    package init() {}
}

extension PipelineConfiguration {
    /// Whether nothing is written for this account.
    func isDryRun(_ account: AccountState) -> Bool {
        dryRun || dryRunAccounts.contains(account.id) || dryRunAccounts.contains(account.name)
    }
}
