// SPDX-License-Identifier: Apache-2.0

import Values

extension VDUComparison {
    /// Notes what has to be set in the record for the VDU to be as it should be, at the deepest places.
    func write(to changes: inout ChangeWriter, at places: VDUPlaces) {
        changes.move(to: places.vdu)
        vdu.write(to: &changes)
        if let interfacesOfVDU { changes.within("interfaces") { interfacesOfVDU.write(to: &$0) } }
        changes.move(to: places.info)
        info.write(to: &changes)
        if isBackupDue { writeBackup(to: &changes) }
        if let interfaces {
            write(interfaces, of: "interfaces", areThere: !interfaces.isRestored, to: &changes)
        }
    }

    private func writeBackup(to changes: inout ChangeWriter) {
        let key: StaticString = "interfaces_backup"
        if let interfaces {
            guard !interfaces.isRestored, recordedInfo.holdsTheSame(at: "interfaces", as: key) else {
                return write(interfaces, of: key, areThere: interfaces.isRestored, to: &changes)
            }
            changes.aboutCopy { write(interfaces, of: key, areThere: true, to: &$0) }
        } else if let recorded = recordedInfo["interfaces"] {
            changes.within(key) { $0.turn(recordedInfo[key], into: recorded) }
        }
    }

    /// - Parameter areThere: whether the field holds what the interfaces were read from.
    private func write(
        _ interfaces: InterfaceDrafts, of key: StaticString, areThere: Bool, to changes: inout ChangeWriter
    ) {
        changes.within(key) { changes in
            if areThere {
                interfaces.write(to: &changes)
            } else {
                changes.turn(recordedInfo[key], into: interfaces.value)
            }
        }
    }
}
