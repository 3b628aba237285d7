// SPDX-License-Identifier: Apache-2.0

import BSON
import Mongo
import Values

/// What a mongod counted (`serverStatus`): the same for every client, so that two clients can be compared by it.
struct ServerCounters {
    private var counts: [(name: String, count: Int64)]

    private static let paths = [
        ("finds", ["metrics", "commands", "find", "total"]),
        ("get_mores", ["metrics", "commands", "getMore", "total"]),
        ("update_commands", ["metrics", "commands", "update", "total"]),
        ("find_and_modifies", ["metrics", "commands", "findAndModify", "total"]),
        ("updates", ["opcounters", "update"]), ("documents_returned", ["metrics", "document", "returned"]),
        ("documents_updated", ["metrics", "document", "updated"]), ("bytes_in", ["network", "bytesIn"]),
        ("bytes_out", ["network", "bytesOut"]),
    ]

    static func read(_ pool: MongoPool) async throws -> ServerCounters {
        let status = try BSON.decode(
            try await pool.runCommand(database: "admin", BSON.encode(["serverStatus": 1])))
        return ServerCounters(
            counts: paths.map { name, path in
                let value = path.reduce(Value.object(status) as Value?) { $0?[$1] }
                return (name, value?.integer ?? 0)
            }
        )
    }

    func since(_ earlier: ServerCounters) -> ServerCounters {
        ServerCounters(counts: zip(counts, earlier.counts).map { ($0.name, $0.count - $1.count) })
    }

    var object: Object { Object(uniqueMembers: counts.map { .init(key: $0.name, value: .int64($0.count)) }) }
}

extension Value {
    fileprivate var integer: Int64? {
        switch self {
        case .int32(let value): Int64(value)
        case .int64(let value): value
        case .double(let value): Int64(value)
        default: nil
        }
    }
}
