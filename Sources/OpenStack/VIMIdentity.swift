// SPDX-License-Identifier: Apache-2.0

import Curl

/// As whom and where a VIM is asked. When any of it changes, absence means nothing until somebody has looked.
///
/// URLs are without user and password, since this is stored and shown.
package struct VIMIdentity: Sendable, Hashable {
    package var userID: String
    package var projectID: String
    package let computeEndpoint: String
    package let url: String

    package init(userID: String, projectID: String, computeEndpoint: String, url: String) {
        self.userID = userID
        self.projectID = projectID
        self.computeEndpoint = computeEndpoint.withoutURLSecrets
        self.url = url.withoutURLSecrets
    }

    /// What is not as it was, for people: each such as "project p → q".
    package func changes(to new: VIMIdentity) -> [String] {
        [
            ("user", userID, new.userID), ("project", projectID, new.projectID),
            ("compute endpoint", computeEndpoint, new.computeEndpoint), ("vim_url", url, new.url),
        ].filter { $0.1 != $0.2 }.map { "\($0.0) \($0.1) → \($0.2)" }
    }
}
