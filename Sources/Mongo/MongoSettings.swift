// SPDX-License-Identifier: Apache-2.0

/// How to reach the database. What is said here about time limits yields to the same option of the connection string.
package struct MongoSettings: Sendable {
    /// A connection string. If set, `host`, `port`, `user` and `password` do not count.
    package var uri: String?
    package var host = "localhost"
    package var port: UInt16 = 27017
    package var user: String?
    /// Never shown: not by the description of the settings, and not in an error.
    package var password: String?
    package var replicaSet: String?
    /// The database that operations use which name none.
    package var name = "osm"
    /// Connections, and as many threads, that may work at the same time.
    package var poolSize = 4
    /// How long an operation looks for a primary before it fails as unreachable.
    package var serverSelectionTimeout: Duration = .seconds(5)
    package var connectTimeout: Duration = .seconds(5)
    /// How long a single send or receive may take; longer than any `maxTime` and than `writeTimeout`.
    package var socketTimeout: Duration = .seconds(30)
    /// How long a write waits for the majority of the replica set.
    package var writeTimeout: Duration = .seconds(10)

    package init() {}

    package init(uri: String) { self.uri = uri }
}

extension MongoSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        let server = uri.map(Self.withoutUserInfo) ?? "\(host):\(port)"
        return "\(server), database \(name)\(replicaSet.map { ", replica set \($0)" } ?? "")"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(reflecting: description) }

    private static func withoutUserInfo(_ uri: String) -> String {
        guard let at = uri.lastIndex(of: "@") else { return uri }
        let scheme = uri.split(separator: "://", maxSplits: 1).first.map { "\($0)://" } ?? ""
        return scheme + uri[uri.index(after: at)...]
    }
}
