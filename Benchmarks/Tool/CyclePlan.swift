// SPDX-License-Identifier: Apache-2.0

import BSON
import Curl
import Foundation
import Inventory
import JSON
import Records
import Values

/// What a cycle asks for, found out once so that the floor need not think: for each account, its cloud's pages and the
/// ids of its records.
struct CyclePlan: Sendable {
    struct Account: Sendable {
        /// Its `_id` in OSM's database.
        let id: String
        /// `http://host:port/v/NAME`.
        let cloud: String
        /// Each listing's pages, in order.
        let listings: [[String]]
        let records: [String]
    }

    let accounts: [Account]

    /// Logs in to every cloud, follows the links from page to page, and reads all tasks.
    static func find(clouds: [String], _ store: MongoStore, _ loop: CurlLoop) async throws -> CyclePlan {
        var accounts: [Account] = []
        for (cloud, (id, records)) in zip(clouds, try await recordIDs(store)) {
            let login = try await CloudLogin.send(to: cloud, loop)
            let project = try login.project()
            let listings = [
                try await follow("\(cloud)/compute/v2.1/servers/detail", key: "servers", login, loop),
                try await follow(
                    "\(cloud)/network/v2.0/ports?project_id=\(project)&limit=1000", key: "ports", login, loop),
            ]
            accounts.append(Account(id: id, cloud: cloud, listings: listings, records: records))
        }
        return CyclePlan(accounts: accounts)
    }

    private static func follow(
        _ first: String, key: String, _ login: CloudLogin, _ loop: CurlLoop
    ) async throws -> [String] {
        var pages = [first]
        while let url = pages.last {
            let links = try JSON.parse(try await loop.send(login.get(url)).body)["\(key)_links"]?.array ?? []
            let next = links.first { $0["rel"]?.string == "next" }?["href"]?.string
            // Links may name a host that only the cloud knows: only their query counts.
            guard let query = next?.split(separator: "?", maxSplits: 1).last else { break }
            pages.append("\(first.prefix { $0 != "?" })?\(query)")
        }
        return pages
    }

    /// The records that each account has to say something about, accounts in the order of their first task.
    private static func recordIDs(_ store: MongoStore) async throws -> [(account: String, records: [String])] {
        let tasks = try await store.readTasks(into: [TaskReading]()) { tasks, bytes in
            var accounts: Set<String> = []
            let task = try? Fields.lent(bytes) { TaskReading(document: $0, accounts: &accounts) }
            if let task { tasks.append(task) }
        }
        var order: [String] = []
        var ids: [String: Set<String>] = [:]
        for case .success(let task)? in tasks.map(\.task) {
            if ids[task.record.account] == nil { order.append(task.record.account) }
            ids[task.record.account, default: []].insert(task.record.vnfr)
        }
        return order.map { ($0, Array(ids[$0] ?? [])) }
    }
}

// MARK: As a file

extension CyclePlan {
    func write(to path: String) throws {
        let value = Value.array(
            accounts.map { account in
                [
                    "id": .string(account.id), "cloud": .string(account.cloud),
                    "listings": .array(account.listings.map { .array($0.map(Value.string)) }),
                    "records": .array(account.records.map(Value.string)),
                ]
            }
        )
        try Data(JSON.serialize(value)).write(to: URL(filePath: path))
    }

    init(file path: String) throws {
        let value = try JSON.parse(Array(Data(contentsOf: URL(filePath: path))))
        accounts = (value.array ?? []).map { account in
            Account(
                id: account["id"]?.string ?? "", cloud: account["cloud"]?.string ?? "",
                listings: (account["listings"]?.array ?? []).map { ($0.array ?? []).compactMap(\.string) },
                records: (account["records"]?.array ?? []).compactMap(\.string)
            )
        }
    }
}
