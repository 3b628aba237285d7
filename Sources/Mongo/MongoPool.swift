// SPDX-License-Identifier: Apache-2.0

/// The connections to one MongoDB, and the threads that use them.
///
/// Every operation runs on a thread of the pool's own and suspends its caller. A task that is cancelled before its
/// operation starts throws `cancelled`; the driver cannot interrupt an operation that runs: it ends by its own time
/// limits (see `MongoSettings`).
package final class MongoPool: Sendable {
    package let settings: MongoSettings
    let clients: ClientPool
    private let threads: BlockingThreads

    /// Checks the settings and starts the threads. Nothing is sent before the first operation, except that a
    /// `mongodb+srv` connection string is looked up in the DNS here.
    package init(settings: MongoSettings) throws(MongoError) {
        self.settings = settings
        let clients = try ClientPool(settings)
        self.clients = clients
        threads = try BlockingThreads(count: settings.poolSize, name: "mongo") { clients.destroy() }
    }

    /// The commands sent so far.
    package var commandCount: Int { clients.commands.count }

    /// Refuses operations from now on, lets those already asked for end, and closes all connections.
    package func close() async { await threads.shutdown() }

    /// Runs `body` with a client of the driver on one of the threads.
    func withClient<Success: Sendable>(
        _ operation: Operation,
        _ body: @escaping @Sendable (Client) throws(MongoError) -> Success
    ) async throws(MongoError) -> Success {
        let clients = clients
        return try await threads.run { refusal in
            switch refusal {
            case .cancelled: MongoError(.cancelled, attempted: operation.name, message: "cancelled before it started")
            case .closed: MongoError(.closed, attempted: operation.name, message: "the pool is closed")
            }
        } _: { () throws(MongoError) in
            try clients.withClient { handle throws(MongoError) in
                try body(Client(handle: handle, operation: operation, redactor: clients.redactor))
            }
        }
    }
}
