// SPDX-License-Identifier: Apache-2.0

/// Where a VDU's record lives: one element of `vdur` of one VNF record, as one VIM account sees it.
///
/// NG-RO writes it into its tasks as `vnfrs:<vnfr>:vdur.<index>.vim_info.vim:<account>`.
package struct RecordAddress: Hashable, Sendable, CustomStringConvertible {
    package let vnfr: String
    package let index: Int
    package let account: String

    package init(vnfr: String, index: Int, account: String) {
        self.vnfr = vnfr
        self.index = index
        self.account = account
    }

    /// Reads `target_record`; `nil` unless it has exactly the form above with a canonical index (`0`, `12`; not `00`,
    /// `+0`, `-1`). Python and MongoDB read other spellings differently, so that what one finds the other may not.
    package init?(targetRecord: String) {
        let parts = targetRecord.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "vnfrs", !parts[1].isEmpty, !parts[3].isEmpty else { return nil }
        let path = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard path.count == 4, path[0] == "vdur", path[2] == "vim_info", path[3] == "vim",
            let index = Int(canonical: path[1])
        else { return nil }
        self.init(vnfr: String(parts[1]), index: index, account: String(parts[3]))
    }

    /// The key of `vim_info` that holds this account's view.
    package var vimKey: String { "vim:\(account)" }

    package var description: String { "vnfrs:\(vnfr):vdur.\(index).vim_info.vim:\(account)" }
}

/// A VDU whatever the account: enough to tell that two tasks mean the same one. Tasks that execute an action on a VDU
/// name it without an account.
package struct VDUAddress: Hashable, Sendable {
    package let vnfr: String
    package let index: Int

    package init(_ address: RecordAddress) {
        vnfr = address.vnfr
        index = address.index
    }

    /// Reads the beginning `vnfrs:<vnfr>:vdur.<index>` of a `target_record`.
    package init?(prefixOf targetRecord: String) {
        let parts = targetRecord.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "vnfrs" else { return nil }
        let path = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard path.count >= 2, path[0] == "vdur", let index = Int(canonical: path[1]) else { return nil }
        vnfr = String(parts[1])
        self.index = index
    }
}

extension Int {
    /// A number written the one way that Python, Swift and MongoDB agree on.
    fileprivate init?(canonical text: Substring) {
        guard let value = Int(text), value >= 0, String(value) == text else { return nil }
        self = value
    }
}
