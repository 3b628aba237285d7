// SPDX-License-Identifier: Apache-2.0

package import Values

/// What has to be known of a recorded VDU before its cloud is asked: whom to look for, and what the record says already.
package struct RecordedVDU: Sendable {
    package let server: RecordedServer
    /// The ports that the record's interfaces name: those of the backup if the VM is recorded as deleted.
    package let interfaceIDs: [String]
    /// Their keys, in the same order.
    package let interfaces: [ResourceKey]
    package let message: String?
    package let name: String?
    /// OSM is deleting it: nothing is concluded about it.
    package let isDeleting: Bool
    /// The record says that the VM is deleted, whether or not every field says so.
    package let isDeleted: Bool
    /// Finding the VM absent once more would write nothing.
    package let deletionIsRecorded: Bool

    /// `nil` if the record has no such VDU or nothing of this account in it.
    package init?(in record: Object, at address: RecordAddress, rules: Rules) {
        guard case .object(let vdu)? = record["vdur"]?[address.index],
            var comparison = VDUComparison(of: vdu, at: address, rules: rules),
            let info = vdu["vim_info"]?[address.vimKey]?.object
        else { return nil }
        server = RecordedServer(in: info)
        message = info["vim_message"]?.string
        name = vdu["name"]?.string ?? info["vim_name"]?.string
        isDeleting = vdu["status"]?.string == "DELETING"
        isDeleted = info["vim_status"]?.string == "DELETED"
        let interfaces = info["interfaces"]?.array ?? info["interfaces_backup"]?.array ?? []
        interfaceIDs = interfaces.compactMap { $0["vim_interface_id"]?.string }
        self.interfaces = interfaceIDs.map { ResourceKey($0) }
        comparison.compare(
            with: VDUObservation(index: address.index, serverID: "", server: .gone, ports: [:])
        )
        deletionIsRecorded = !comparison.isChanged
    }

    /// Whether the record already says that this interface's port is gone, so that no proof is needed again.
    package func saysDeleted(interface id: String) -> Bool {
        message == Message.interfaceDeleted(id)
    }
}
