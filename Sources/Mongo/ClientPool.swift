// SPDX-License-Identifier: Apache-2.0

import CMongoC
import Synchronization

/// The driver's pool of clients, with the counter of its commands.
final class ClientPool: @unchecked Sendable {
    // Sendable: mongoc_client_pool_t is thread-safe (http://mongoc.org/libmongoc/current/mongoc_client_pool_t.html);
    // a client is used by the one thread that popped it. `destroy` runs once, on the last thread to end.
    private let handle: OpaquePointer
    let commands = CommandCounter()
    let redactor: Redactor

    init(_ settings: MongoSettings) throws(MongoError) {
        DriverLog.driver
        redactor = Redactor(settings)
        let operation = Operation(name: "configure the database \(settings)")
        let uri = try settings.makeURI(operation, redactor)
        defer { mongoc_uri_destroy(uri) }
        var error = bson_error_t()
        guard let handle = mongoc_client_pool_new_with_error(uri, &error) else {
            throw MongoError(error, during: operation, redactor: redactor)
        }
        self.handle = handle
        mongoc_client_pool_set_error_api(handle, MONGOC_ERROR_API_VERSION_2)
        mongoc_client_pool_set_appname(handle, "vimwatch")
        let callbacks = mongoc_apm_callbacks_new()
        // Counted at their end: to tell of a command's beginning, the driver copies all that it sends.
        mongoc_apm_set_command_succeeded_cb(callbacks) { @Sendable event in
            CommandCounter.increment(mongoc_apm_command_succeeded_get_context(event))
        }
        mongoc_apm_set_command_failed_cb(callbacks) { @Sendable event in
            CommandCounter.increment(mongoc_apm_command_failed_get_context(event))
        }
        // The counter outlives the pool: both belong to this object, and `destroy` comes before its end.
        mongoc_client_pool_set_apm_callbacks(handle, callbacks, Unmanaged.passUnretained(commands).toOpaque())
        mongoc_apm_callbacks_destroy(callbacks)
    }

    func destroy() { mongoc_client_pool_destroy(handle) }

    /// Lends a client. It never waits, since there are as many clients as threads that call it.
    func withClient<Success>(_ body: (OpaquePointer) throws(MongoError) -> Success) throws(MongoError) -> Success {
        guard let client = mongoc_client_pool_pop(handle) else {
            throw MongoError(.closed, attempted: "take a connection", message: "the pool has none")
        }
        defer { mongoc_client_pool_push(handle, client) }
        return try body(client)
    }
}

/// Counts the commands that servers were sent, when they have succeeded or failed: the driver's own retries included, its
/// heartbeats not.
final class CommandCounter: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    func increment() { value.add(1, ordering: .relaxed) }

    /// - Parameter context: the counter, as the driver was given it.
    static func increment(_ context: UnsafeMutableRawPointer?) {
        guard let context else { return }
        Unmanaged<CommandCounter>.fromOpaque(context).takeUnretainedValue().increment()
    }
}

extension MongoSettings {
    /// The driver's form of the settings, owned by the caller.
    fileprivate func makeURI(_ operation: Operation, _ redactor: Redactor) throws(MongoError) -> OpaquePointer {
        var error = bson_error_t()
        let parsed = uri.map { mongoc_uri_new_with_error($0, &error) } ?? mongoc_uri_new_for_host_port(hostInURI, port)
        guard let result = parsed else { throw MongoError(error, during: operation, redactor: redactor) }
        var isAccepted = true
        if uri == nil {
            if let user { isAccepted = mongoc_uri_set_username(result, user) && isAccepted }
            if let password { isAccepted = mongoc_uri_set_password(result, password) && isAccepted }
        }
        if let replicaSet, mongoc_uri_get_replica_set(result) == nil {
            isAccepted = mongoc_uri_set_option_as_utf8(result, MONGOC_URI_REPLICASET, replicaSet) && isAccepted
        }
        let limits = [
            (MONGOC_URI_SERVERSELECTIONTIMEOUTMS, serverSelectionTimeout),
            (MONGOC_URI_CONNECTTIMEOUTMS, connectTimeout),
            (MONGOC_URI_SOCKETTIMEOUTMS, socketTimeout),
        ]
        for (option, limit) in limits where !mongoc_uri_has_option(result, option) {
            isAccepted = mongoc_uri_set_option_as_int32(result, option, limit.milliseconds) && isAccepted
        }
        isAccepted =
            mongoc_uri_set_option_as_int32(result, MONGOC_URI_MAXPOOLSIZE, Int32(max(1, poolSize))) && isAccepted
        guard isAccepted else {
            mongoc_uri_destroy(result)
            throw MongoError(.invalid, attempted: operation.name, message: "the driver refuses one of the settings")
        }
        return result
    }

    private var hostInURI: String { host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host }
}

extension Duration {
    /// Whole milliseconds, at least one, as the driver and the server want time limits.
    var milliseconds: Int32 {
        Int32(clamping: max(1, components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000))
    }
}
