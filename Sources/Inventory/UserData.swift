// SPDX-License-Identifier: Apache-2.0

import JSON

/// What `vim_details` does not show of a server.
enum UserData {
    private static let names: MemberNames = ["OS-EXT-SRV-ATTR:user_data", "user_data"]

    /// Copies nothing if there is none.
    static func hide(in server: inout JSONDocument) { server.remove(names) }
}
