// SPDX-License-Identifier: Apache-2.0

package import Values

extension GoldenScenario {
    /// The documents by the names of their collections.
    package var collections: [String: [Object]] {
        ["admin": admin, "vim_accounts": vimAccounts, "ro_tasks": roTasks, "vnfrs": vnfrs]
    }

    /// What the accounts' secrets are encrypted with: `commonkey`, or else the older `masterpassword`.
    package var commonKey: String? {
        config["database"]?["commonkey"]?.string ?? config["database"]?["masterpassword"]?.string
    }
}
