// SPDX-License-Identifier: Apache-2.0

package import Values

/// What has to be known of a recorded VDU before its cloud is asked: whom to look for, and what the record says already.
package final class RecordedVDU: Sendable {
    package let server: RecordedServer
    /// The ports that the record's interfaces name: those of the backup if the VM is recorded as deleted.
    package let interfaces: [ResourceID]
    package let message: String?
    package let name: String?
    /// OSM is deleting it: nothing is concluded about it.
    package let isDeleting: Bool
    /// The record says that the VM is deleted, whether or not every field says so.
    package let isDeleted: Bool
    /// Finding the VM absent once more would write nothing.
    package let deletionIsRecorded: Bool

    /// `nil` if the record has no such VDU or nothing of this account in it.
    package init?(in record: Fields, at address: RecordAddress, rules: Rules) {
        guard let vdu = record.fields(in: record.element(address.index, of: "vdur")),
            var comparison = VDUComparison(of: vdu, at: address, in: address.vimKey, rules: rules)
        else { return nil }
        let info = comparison.recordedInfo
        server = RecordedServer(in: info)
        message = info.text("vim_message")
        name = vdu.text("name") ?? info.text("vim_name")
        isDeleting = vdu.text("status") == "DELETING"
        isDeleted = info.text("vim_status") == "DELETED"
        let interfaces = info.elements("interfaces") ?? info.elements("interfaces_backup") ?? []
        self.interfaces = interfaces.compactMap { info.fields(in: $0)?.text("vim_interface_id").map { ResourceID($0) } }
        if isDeleted {
            var ports: [ByPort<PortMemory>.Entry] = []
            comparison.compare(
                with: VDUObservation(index: address.index, serverID: ResourceID(""), server: .gone, ports: [:]),
                remembering: &ports)
        }
        deletionIsRecorded = isDeleted && !comparison.isChanged
    }

    /// Whether the same has to be known.
    package func isSame(as other: RecordedVDU) -> Bool {
        server.isSame(as: other.server) && interfaces == other.interfaces && message == other.message
            && name == other.name && isDeleting == other.isDeleting && isDeleted == other.isDeleted
            && deletionIsRecorded == other.deletionIsRecorded
    }

    /// Whether the record already says that this interface's port is gone, so that no proof is needed again.
    package func saysDeleted(interface id: String) -> Bool {
        message == Message.interfaceDeleted(id)
    }
}
