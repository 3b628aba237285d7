// SPDX-License-Identifier: Apache-2.0

import Values

/// What another writer changes within one VDU of a record.
struct RecordEdit {
    let index: Int
    /// `vim:<account>`.
    let key: String
    let truth: Truth?
    let number: UInt64

    func apply(_ work: OSMWork, to record: inout Object) {
        if work == .driftAddress, number % 2 == 0 {
            record["ip-address"] = .string("192.0.2.\(number % 250)")
            return
        }
        guard var vdus = record["vdur"]?.array, vdus.indices.contains(index), var vdu = vdus[index].object,
            var infos = vdu["vim_info"]?.object, var info = infos[key]?.object
        else { return }
        apply(work, &vdu, &info)
        infos[key] = .object(info)
        vdu["vim_info"] = .object(infos)
        vdus[index] = .object(vdu)
        record["vdur"] = .array(vdus)
    }

    private func apply(_ work: OSMWork, _ vdu: inout Object, _ info: inout Object) {
        let some = Value.string("foreign-\(number % 1000)")
        switch work {
        case .markDeleting: vdu["status"] = "DELETING"
        case .editForeignField:
            vdu["additional-\(number % 3)"] = some
            vdu["count-index"] = .int(Int64(number % 9))
            info["refresh_at"] = .double(Double(number % 100))
        case .writeMessage: info["vim_message"] = number % 2 == 0 ? some : "VIM status reported PANIC"
        case .renumber: renumber(&info)
        case .refresh, .refreshPart: refresh(whole: work == .refresh, &vdu, &info)
        case .clearInterfaces: info["interfaces"] = .null
        case .changeCase: if let id = info["vim_id"]?.string { info["vim_id"] = .string(id.uppercased()) }
        case .driftStatus:
            vdu["status"] = number % 2 == 0 ? "ERROR" : "BUILD"
            if number % 3 == 0 { info["vim_status"] = vdu["status"] }
        case .driftName: vdu["name"] = some
        case .driftAddress: vdu["ip-address"] = some
        case .driftInterface: driftInterface(&vdu, &info)
        case .scaleIn, .scaleOut, .beginHealing, .finishHealing, .removeRecord, .lockDatabase, .unlockDatabase: break
        }
    }

    /// The same numbers in other types.
    private func renumber(_ info: inout Object) {
        guard var interfaces = info["interfaces"]?.array, !interfaces.isEmpty, var first = interfaces[0].object else {
            return
        }
        let sevens: [Value] = [7, 7.0, .int64(7)]
        first["vlan"] = sevens[Int(number % 3)]
        interfaces[0] = .object(first)
        info["interfaces"] = .array(interfaces)
    }

    /// What RO would write, or a part of it.
    private func refresh(whole: Bool, _ vdu: inout Object, _ info: inout Object) {
        guard let id = info["vim_id"]?.string, let made = truth?.vdus[id.lowercased()] else { return }
        for key in ["vim_status", "vim_name", "vim_details", "vim_message"] where whole || number % 2 == 0 {
            info[key] = made.info[key]
        }
        if whole || number % 2 == 1 {
            vdu["status"] = made.vdu["status"]
            vdu["name"] = made.vdu["name"]
        }
    }

    private func driftInterface(_ vdu: inout Object, _ info: inout Object) {
        if number % 2 == 0, var interfaces = vdu["interfaces"]?.array, !interfaces.isEmpty {
            let position = Int(number / 2 % UInt64(interfaces.count))
            guard var interface = interfaces[position].object else { return }
            interface["ip-address"] = "198.51.100.9"
            interface["note"] = "edited"
            interfaces[position] = .object(interface)
            vdu["interfaces"] = .array(interfaces)
        } else if var interfaces = info["interfaces"]?.array, !interfaces.isEmpty {
            let position = Int(number / 2 % UInt64(interfaces.count))
            guard var interface = interfaces[position].object else { return }
            interface["mac_address"] = "00:00:00:00:00:00"
            interface["vim_info"] = "edited"
            interfaces[position] = .object(interface)
            info["interfaces"] = .array(interfaces)
        }
    }
}
