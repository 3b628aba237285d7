// SPDX-License-Identifier: Apache-2.0

import Values

/// The tasks that concern VMs: those that make or delete one, and those that execute an action on one.
enum TaskQuery {
    struct Filter: Sendable {
        let alternatives: [OSMFilter]

        func matches(_ document: Object) -> Bool { alternatives.contains { $0.matches(document) } }
        var query: Object { ["$or": .array(alternatives.map { .object($0.query) })] }
    }

    static let filter = Filter(alternatives: [
        OSMFilter(["tasks.item": "vdu"]), OSMFilter(["tasks.action": "EXEC"]),
    ])

    /// What `TaskReading` reads.
    static let projection: Object = [
        "target_id": 1, "created_at": 1, "vim_info.vim_id": 1, "tasks.status": 1, "tasks.item": 1, "tasks.action": 1,
        "tasks.target_record": 1,
    ]
}

/// What may be left out of a VNF record: bulky fields that the monitor neither reads nor writes.
///
/// Fields are left out by name instead of picking those that are needed: picking by a path into an array would drop
/// the array's elements that are no objects, and shift the indexes of the others.
enum RecordProjection {
    static let excluded: Object = [
        "_admin": 0, "additionalParamsForVnf": 0, "connection-point": 0, "kdur": 0,
        "vdur.additionalParams": 0, "vdur.cloud-init": 0, "vdur.internal-connection-point": 0, "vdur.ssh-keys": 0,
        "vdur.virtual-storages": 0,
    ]
}
