// SPDX-License-Identifier: Apache-2.0

package import Values

/// Where a VDU's record lives: one element of `vdur` of one VNF record, as one VIM account sees it.
///
/// NG-RO writes it into its tasks as `vnfrs:<vnfr>:vdur.<index>.vim_info.vim:<account>`.
package struct RecordAddress: Hashable, Sendable, CustomStringConvertible {
    package let vnfrID: ResourceID
    package let index: Int
    package let account: String

    package init(vnfr: String, index: Int, account: String) {
        self.init(vnfrID: ResourceID(vnfr), index: index, account: account)
    }

    init(vnfrID: ResourceID, index: Int, account: String) {
        self.vnfrID = vnfrID
        self.index = index
        self.account = account
    }

    /// Reads `target_record`; `nil` unless it has exactly the form above with a canonical index (`0`, `12`; not `00`,
    /// `+0`, `-1`). Python and MongoDB read other spellings differently, so that what one finds the other may not.
    package init?(targetRecord: String) {
        var text = targetRecord
        let read = text.withUTF8 { bytes -> RecordAddress? in
            var rest = bytes[...]
            guard let vdu = VDUAddress(&rest), rest.skip(".vim_info.vim:"), !rest.isEmpty,
                !rest.contains(UInt8(ascii: ":"))
            else { return nil }
            return RecordAddress(vnfr: vdu.vnfr, index: vdu.index, account: String(decoding: rest, as: UTF8.self))
        }
        guard let read else { return nil }
        self = read
    }

    package var vnfr: String { vnfrID.description }

    /// The key of `vim_info` that holds this account's view.
    package var vimKey: String { "vim:\(account)" }

    package var description: String { OwnedBytes.text { write(to: &$0) } }

    /// Appends `description`.
    package func write(to text: inout OwnedBytes) {
        account.utf8.span.withUnsafeBytes { text.append(vdu: index, of: vnfrID, $0) }
    }
}

extension OwnedBytes {
    /// Appends `RecordAddress.description`.
    ///
    /// - Parameter account: in UTF-8.
    mutating func append(vdu index: Int, of vnfrID: ResourceID, _ account: UnsafeRawBufferPointer) {
        append(literal: "vnfrs:")
        append(vnfrID)
        append(literal: ":vdur.")
        append(number: index)
        append(literal: ".vim_info.vim:")
        append(utf8: account)
    }
}

extension RecordAddress {
    /// The same with the account's id taken over from those that are known, or added to them.
    func sharing(_ accounts: inout Set<String>) -> RecordAddress {
        let known = accounts.insert(account).memberAfterInsert
        // A set of texts takes canonically equivalent ones for equal; MongoDB does not.
        return known.isIdentical(toText: account)
            ? RecordAddress(vnfrID: vnfrID, index: index, account: known) : self
    }
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

    /// Reads the beginning `vnfrs:<vnfr>:vdur.<index>` of a `target_record`, which ends there or goes on with a dot.
    package init?(prefixOf targetRecord: String) {
        var text = targetRecord
        let read = text.withUTF8 { bytes -> VDUAddress? in
            var rest = bytes[...]
            guard let vdu = VDUAddress(&rest), rest.first.map({ $0 == UInt8(ascii: ".") }) ?? true else { return nil }
            return vdu
        }
        guard let read else { return nil }
        self = read
    }

    fileprivate init?(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) {
        guard rest.skip("vnfrs:"), let end = rest.firstIndex(of: UInt8(ascii: ":")), end > rest.startIndex else {
            return nil
        }
        let vnfr = rest[..<end]
        rest = rest[end...]
        guard rest.skip(":vdur."), let index = rest.takeIndex() else { return nil }
        self.init(vnfr: String(decoding: vnfr, as: UTF8.self), index: index)
    }

    private init(vnfr: String, index: Int) {
        self.vnfr = vnfr
        self.index = index
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    /// Skips a text; false, and nothing is skipped, if it is not next.
    fileprivate mutating func skip(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            guard starts(with: text) else { return false }
            self = dropFirst(text.count)
            return true
        }
    }

    /// Takes a number written the one way that Python, Swift and MongoDB agree on, up to what is no digit.
    fileprivate mutating func takeIndex() -> Int? {
        let digits = prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard let index = Int(String(decoding: digits, as: UTF8.self)), digits.count == 1 || digits.first != 0x30 else {
            return nil
        }
        self = self[digits.endIndex...]
        return index
    }
}
