// SPDX-License-Identifier: Apache-2.0

import Values

extension VDUComparison {
    /// Where the VDU is in its record.
    var path: FieldPath { FieldPath("vdur", String(address.index)) }
    /// Where the account's view of it is.
    var infoPath: FieldPath { FieldPath("vdur", String(address.index), "vim_info", address.vimKey) }

    /// What has to be set in the record for the VDU to be as it should be, at the deepest places.
    var changes: [FieldChange] {
        let (path, infoPath) = (path, infoPath)
        var changes: [FieldChange] = []
        changes.reserveCapacity(8)
        vdu.append(to: &changes, at: path)
        for (index, interface) in (interfacesOfVDU ?? []).enumerated() {
            guard let interface, !interface.isExact else { continue }
            interface.append(to: &changes, at: path + "interfaces" + index)
        }
        info.append(to: &changes, at: infoPath)
        if isBackupDue { appendBackup(to: &changes, at: infoPath) }
        if let interfaces {
            append(interfaces, of: "interfaces", areThere: !interfaces.isRestored, to: &changes, at: infoPath)
        }
        return changes
    }

    private func appendBackup(to changes: inout [FieldChange], at path: FieldPath) {
        let key = "interfaces_backup"
        if let interfaces {
            let areThere = interfaces.isRestored || recordedInfo.holdsTheSame(at: "interfaces", as: key)
            append(interfaces, of: key, areThere: areThere, to: &changes, at: path)
        } else if let recorded = recordedInfo["interfaces"] {
            changes.append(turning: recordedInfo[key], into: recorded, at: path + key)
        }
    }

    /// - Parameter areThere: whether the field holds what the interfaces were read from.
    private func append(
        _ interfaces: InterfaceDrafts, of key: String, areThere: Bool, to changes: inout [FieldChange],
        at path: FieldPath
    ) {
        if areThere {
            interfaces.append(to: &changes, at: path + key)
        } else {
            changes.append(turning: recordedInfo[key], into: interfaces.value, at: path + key)
        }
    }
}
