// SPDX-License-Identifier: Apache-2.0

import Inventory

/// A VM that an account has to say something about, before the account is asked.
struct WatchedVM: Sendable {
    /// In the watch list.
    let number: Int
    let recorded: RecordedVDU
}
