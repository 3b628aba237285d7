// SPDX-License-Identifier: Apache-2.0

package import Values

/// The records that OSM would hold of a cloud's servers, for tests, demos and benchmarks.
package enum OSMSeed {
    /// Documents by collection.
    package struct Documents: Sendable {
        package var admin: [Object] = []
        package var vimAccounts: [Object] = []
        package var roTasks: [Object] = []
        package var vnfrs: [Object] = []

        /// The documents by the names that the collections have in OSM's database.
        package var collections: [String: [Object]] {
            ["admin": admin, "vim_accounts": vimAccounts, "ro_tasks": roTasks, "vnfrs": vnfrs]
        }
    }

    /// One account per cloud, one task and one VDU per watched server, in listing order.
    ///
    /// The records are true: a first cycle with `reconcile.parity: false` finds nothing to write.
    ///
    /// - Parameters:
    ///   - baseURL: `http://host:port` of the simulator.
    ///   - config: what the accounts hold as `config`, for example what TLS needs; none if empty.
    ///   - watching: only so many servers of each cloud have records, the oldest; `nil`: all.
    ///   - vdusPerVNF: servers of a cloud that share a record.
    ///   - password: what `vim_password` holds, given the cloud's password and the account's id (the salt of OSM's
    ///     encryption). As it is, unless told.
    ///   - stale: make every record out of date instead: from before the first cycle after instantiation.
    ///   - yaml: PyYAML's dump of a server or a port.
    package static func documents(
        for clouds: [SimulatedCloud], baseURL: String, config: Object = [:], watching: Int? = nil, vdusPerVNF: Int = 1,
        stale: Bool = false,
        password: (_ plain: String, _ accountID: String) -> String = { plain, _ in plain },
        yaml: (Value) -> String
    ) -> Documents {
        var documents = Documents()
        documents.admin = [["_id": "version", "status": "ENABLED"]]
        for cloud in clouds {
            let id = accountID(of: cloud)
            let settings = cloud.settings
            var account = account(cloud, id: id, baseURL: baseURL, password: password(settings.password, id))
            if !config.isEmpty { account["config"] = .object(config) }
            documents.vimAccounts.append(account)
            var records = CloudRecords(cloud: cloud, account: id, watching: watching, stale: stale)
            records.append(to: &documents, vdusPerVNF: max(1, vdusPerVNF), yaml: yaml)
        }
        return documents
    }

    /// The `_id` of a cloud's VIM account: depends on its name only.
    package static func accountID(of cloud: SimulatedCloud) -> String {
        var generator = SeededGenerator(seed: 2, text: cloud.name)
        return generator.uuid()
    }

    private static func account(_ cloud: SimulatedCloud, id: String, baseURL: String, password: String) -> Object {
        [
            "_id": .string(id), "name": .string(cloud.name), "vim_type": "openstack", "description": .null,
            "vim_url": .string("\(baseURL)/v/\(cloud.name)/v3"), "vim_user": .string(cloud.settings.user),
            "vim_password": .string(password), "vim_tenant_name": .string(cloud.settings.project),
            "_admin": [
                "created": .double(Double(CloudBlueprint.epoch)), "modified": .double(Double(CloudBlueprint.epoch)),
                "operationalState": "ENABLED", "current_operation": .null, "detailed-status": "",
                "projects_read": [], "projects_write": [],
            ],
            "schema_version": "1.11", "admin": ["current_operation": 0],
        ]
    }
}
