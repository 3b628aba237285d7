// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What `vim_details` does not show of a server.
package enum UserData {
    /// Does nothing, and copies nothing, if it was hidden before.
    package static func hide(in server: inout JSONDocument) {
        server.remove("OS-EXT-SRV-ATTR:user_data", "user_data")
    }
}
