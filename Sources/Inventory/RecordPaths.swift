// SPDX-License-Identifier: Apache-2.0

import Values

/// Paths into records, as one account sees them. They depend on a VDU's index only, so that nearly all records have the
/// same.
package final class RecordPaths {
    let account: String
    /// The key of `vim_info` that holds the account's view.
    let vimKey: String
    /// By index of the VDU.
    private var places: [Int: VDUPlaces] = [:]
    /// So many are kept: a record may name any index.
    private static let limit = 64

    package init(account: String) {
        self.account = account
        vimKey = RecordAddress(vnfr: "", index: 0, account: account).vimKey
    }

    func places(of address: RecordAddress) -> VDUPlaces {
        if let known = places[address.index] { return known }
        let made = VDUPlaces(of: address)
        if places.count < Self.limit { places[address.index] = made }
        return made
    }
}

/// Where a VDU is in its record, where the account's view of it is, and where it says which VDU and server it is.
final class VDUPlaces {
    let vdu: FieldPath
    let info: FieldPath
    let status: FieldPath
    let vimID: FieldPath
    /// The fields of which one identifies the VDU, in the order in which they are asked.
    let identities: [Identity]
    /// Whether MongoDB can address all of these.
    let areAddressable: Bool

    typealias Identity = (key: StaticString, path: FieldPath)

    init(of address: RecordAddress) {
        let vdu = FieldPath("vdur", String(index: address.index))
        self.vdu = vdu
        info = vdu + "vim_info" + address.vimKey
        status = vdu + "status"
        vimID = info + "vim_id"
        identities = (["_id", "id"] as [StaticString]).map { ($0, vdu + $0.description) }
        areAddressable = vimID.isAddressable
    }
}
