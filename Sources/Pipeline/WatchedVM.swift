// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// A VM that an account has to say something about, before the account is asked.
final class WatchedVM: Sendable {
    /// In the watch list.
    let number: Int
    let election: TaskElection
    let recorded: RecordedVDU
    /// What holds of it if nothing changed since the last comparison.
    let clean: CleanEntry?

    init(number: Int, election: TaskElection, recorded: RecordedVDU, clean: CleanEntry?) {
        self.number = number
        self.election = election
        self.recorded = recorded
        self.clean = clean
    }

    var address: RecordAddress { election.record }
}
