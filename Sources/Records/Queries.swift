// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// The tasks that concern VMs: those that make or delete one, and those that execute an action on one.
enum TaskQuery {
    static let filter = Predicate.any([
        OSMFilter(["tasks.item": "vdu"]).predicate, OSMFilter(["tasks.action": "EXEC"]).predicate,
    ])

    /// What `TaskReading` reads.
    static let projection = Projection.including([
        "target_id", "created_at", "vim_info.vim_id", "tasks.status", "tasks.item", "tasks.action",
        "tasks.target_record",
    ])
}

enum RecordQuery {
    /// What of a record is read.
    static func projection(_ extent: RecordExtent) -> Projection {
        // MongoDB would take a dot for the end of a field's name.
        guard case .outline(let account) = extent, FieldPath.isAddressable(account) else { return whole }
        let info = "vdur.vim_info.vim:\(account)"
        let texts = ["vim_details", "interfaces.vim_info", "interfaces_backup.vim_info"]
        return .excluding(unneeded + texts.map { "\(info).\($0)" })
    }

    private static let whole = Projection.excluding(unneeded)

    /// Bulky fields that the monitor neither reads nor writes.
    ///
    /// Fields are left out by name instead of picking those that are needed: picking by a path into an array would drop
    /// the array's elements that are no objects, and shift the indexes of the others.
    private static let unneeded = [
        "_admin", "additionalParamsForVnf", "connection-point", "kdur", "vdur.additionalParams", "vdur.cloud-init",
        "vdur.internal-connection-point", "vdur.ssh-keys", "vdur.virtual-storages",
    ]

    static func filter(ids: some Sequence<String>) -> Predicate {
        .field(FieldPath("_id"), [.oneOf(ids.map(Value.string))])
    }
}
