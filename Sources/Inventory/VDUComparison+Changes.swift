// SPDX-License-Identifier: Apache-2.0

import Values

/// Where a VDU is in its record, and where the account's view of it is.
struct VDUPlaces {
    let vdu: FieldPath
    let info: FieldPath

    init(of address: RecordAddress) {
        vdu = FieldPath("vdur", String(address.index))
        info = vdu + "vim_info" + address.vimKey
    }
}

extension VDUComparison {
    /// What has to be set in the record for the VDU to be as it should be, at the deepest places.
    func changes(at places: VDUPlaces) -> [FieldChange] {
        let (path, infoPath) = (places.vdu, places.info)
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
