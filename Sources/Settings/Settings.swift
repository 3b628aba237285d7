// SPDX-License-Identifier: Apache-2.0

package import Support

/// Everything an operator can set, each value within the bounds of ``Schema``.
///
/// `Settings()` holds the defaults. What each value means is said once, in the schema table, from which flags, help,
/// `config.yaml` and `docs/configuration.md` are made.
package struct Settings: Sendable {
    package var database = Database()
    package var period = Period()
    package var poll = Poll()
    package var concurrency = Concurrency()
    package var http = HTTP()
    package var channel = Channel()
    package var reconcile = Reconcile()
    package var deletion = Deletion()
    package var writer = Writer()
    package var lease = Lease()
    package var status = Status()
    package var shutdown = Shutdown()
    package var log = Log()

    /// Where each key that does not have its default was set.
    package internal(set) var places: [String: Place] = [:]

    package init() {}

    package struct Database: Sendable {
        package var driver = Driver.mongo
        package var uri: Secret?
        package var host = "mongo"
        package var port = 27017
        package var name = "osm"
        package var user: String?
        package var password: Secret?
        package var replicaset: String?
        package var commonkey: Secret?
        package var masterpassword: Secret?
        package var loglevel: LogLevel?
        package var folder: String?
        package var pool = 4
        package var connectTimeout = Duration.seconds(5)
        package var serverSelectionTimeout = Duration.seconds(10)
        package var socketTimeout = Duration.seconds(30)

        /// What OSM's components share for encrypting secrets: `commonkey`, or else the older `masterpassword`.
        package var fieldKey: Secret? { commonkey ?? masterpassword }
    }

    package struct Period: Sendable {
        /// Seconds, at least 60, or -1; see ``Settings/pollInterval``.
        package var refreshActive = 60.0
    }

    package struct Poll: Sendable {
        package var interval: Duration?
        package var spread = 0.5
        package var accountTimeout = Duration.seconds(900)
        package var backoff = Duration.seconds(5)
        package var backoffMax = Duration.seconds(300)
        package var backoffAuthMax = Duration.seconds(3600)
    }

    package struct Concurrency: Sendable {
        package var accounts = 8
        package var slowAccounts = 8
        package var requestsPerAccount = 2
        package var compareWorkers = 2
    }

    package struct HTTP: Sendable {
        package var connectTimeout = Duration.seconds(10)
        package var stallTimeout = Duration.seconds(90)
        package var requestTimeout = Duration.seconds(300)
        package var requestsPerSecond = 20.0
        package var gzip = true
        /// `nil`: as many as the server gives without being asked.
        package var pageSize: Int?
        /// `nil`: as many as the server gives without being asked.
        package var portsPageSize: Int? = 1000
        package var maxBodyBytes = 256 << 20
        package var maxConnections = 64
        package var keepAlive = Duration.seconds(50)
        package var proxy: Secret?
        package var proxyFromEnvironment = true
        package var noProxy: String?
    }

    package struct Channel: Sendable {
        package var low = 64
        package var high = 256
    }

    package struct Reconcile: Sendable {
        package var parity = false
        package var fullEvery = Duration.seconds(3600)
        package var followChanges = true
        package var dryRun = false
        /// Ids or names, separated by commas.
        package var dryRunAccounts: String?
    }

    package struct Deletion: Sendable {
        package var hold = true
        package var holdMin = 3
        package var holdPercent = 30.0
        package var holdWindow = Duration.seconds(3600)
        package var proofPerCycle = 20
        package var approvalTTL = Duration.seconds(3600)
    }

    package struct Writer: Sendable {
        package var batch = 1000
        package var bytes = 4 << 20
        package var linger = Duration.milliseconds(200)
    }

    package struct Lease: Sendable {
        package var enabled = true
        package var ttl = Duration.seconds(30)
    }

    package struct Status: Sendable {
        package var enabled = true
        package var host = "127.0.0.1"
        package var port = 9464
    }

    package struct Shutdown: Sendable {
        package var grace = Duration.seconds(20)
    }

    package struct Log: Sendable {
        package var level = LogLevel.info
        package var format = LogFormat.text
    }
}
