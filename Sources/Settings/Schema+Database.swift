// SPDX-License-Identifier: Apache-2.0

extension Schema {
    static let database: [Entry] = [
        .choice("database.driver", \.database.driver, "What keeps the records; memory is for demonstrations", .kept),
        .uri(
            "database.uri", \.database.uri, schemes: ["mongodb", "mongodb+srv"],
            "Connection string of MongoDB; if set, host, port, user, password and replicaset are not used", .kept),
        .text("database.host", \.database.host, "Host of MongoDB, without database.uri", .kept),
        .integer("database.port", \.database.port, 1...65535, "Port of MongoDB, without database.uri", .kept),
        .text("database.name", \.database.name, "Name of OSM's database", .kept),
        .text("database.user", \.database.user, "User of MongoDB, without database.uri", .kept),
        .secret("database.password", \.database.password, "Password of MongoDB, without database.uri", .kept),
        .text("database.replicaset", \.database.replicaset, "Name of the replica set, without database.uri", .kept),
        .secret(
            "database.commonkey", \.database.commonkey,
            "Key of the secrets in VIM accounts, the same in all OSM components", .kept),
        .secret(
            "database.masterpassword", \.database.masterpassword, "Older name of database.commonkey, which wins",
            .kept),
        .choice(
            "database.loglevel", \.database.loglevel,
            "Least severe message of the database driver; as log.level if unset",
            .kept),
        .text(
            "database.folder", \.database.folder,
            "Folder of JSON files, one for each collection, that the memory driver starts with"),
        .integer(
            "database.pool", \.database.pool, 1...100, unit: "connections",
            "Connections to MongoDB, and threads that wait for it"),
        .seconds(
            "database.connect_timeout", \.database.connectTimeout, 0.1...600, "Longest wait for a connection to open"),
        .seconds(
            "database.server_selection_timeout", \.database.serverSelectionTimeout, 0.1...600,
            "Longest wait for a server that can take the operation"),
        .seconds(
            "database.socket_timeout", \.database.socketTimeout, 1...3600, "Longest wait for an answer of MongoDB"),
    ]
}
