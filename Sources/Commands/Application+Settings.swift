// SPDX-License-Identifier: Apache-2.0

import Curl
import Foundation
import Inventory
import Mongo
import OpenStack
import Pipeline
import Settings
import Support

// What each part takes from the settings.

extension PipelineConfiguration {
    init(_ settings: Settings) {
        self.init()
        accountsInFlight = settings.concurrency.accounts
        slowAccountsInFlight = settings.concurrency.slowAccounts
        compareWorkers = settings.concurrency.compareWorkers
        channelLow = settings.channel.low
        channelHigh = settings.channel.high
        writerBatch = settings.writer.batch
        writerBytes = settings.writer.bytes
        writerLinger = settings.writer.linger.seconds
        rules.parity = settings.reconcile.parity
        dryRun = settings.reconcile.dryRun
        fullEvery = settings.reconcile.fullEvery.seconds
        proofsPerCycle = settings.deletion.proofPerCycle
        hold.enabled = settings.deletion.hold
        hold.minimum = settings.deletion.holdMin
        hold.percent = settings.deletion.holdPercent
        hold.window = settings.deletion.holdWindow.seconds
        backoff = settings.poll.backoff.seconds
        backoffMaximum = settings.poll.backoffMax.seconds
        backoffAuthMaximum = settings.poll.backoffAuthMax.seconds
        dryRunAccounts = Set(
            (settings.reconcile.dryRunAccounts ?? "").split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        )
        // Who writes nothing must not keep others from writing.
        leaseTTL = settings.lease.enabled && !settings.reconcile.dryRun ? settings.lease.ttl.seconds : nil
    }
}

extension OpenStackSettings {
    init(_ settings: Settings) {
        self.init()
        requestsPerAccount = settings.concurrency.requestsPerAccount
        requestsPerSecond = settings.http.requestsPerSecond > 0 ? settings.http.requestsPerSecond : nil
        serverPageSize = settings.http.pageSize
        portPageSize = settings.http.portsPageSize
        timeouts = .init(
            connect: settings.http.connectTimeout, stall: settings.http.stallTimeout,
            whole: settings.http.requestTimeout
        )
        cycleTimeout = settings.poll.accountTimeout.seconds
        maxPageBytes = settings.http.maxBodyBytes
        maxBodyBytes = min(maxBodyBytes, maxPageBytes)
        proxy = settings.http.proxy?.reveal ?? (settings.http.proxyFromEnvironment ? nil : "")
        noProxy = settings.http.noProxy
        gzip = settings.http.gzip
    }
}

extension MongoSettings {
    init(_ settings: Settings) {
        let database = settings.database
        self.init()
        uri = database.uri?.reveal
        host = database.host
        port = UInt16(clamping: database.port)
        user = database.user
        password = database.password?.reveal
        replicaSet = database.replicaset
        name = database.name
        poolSize = database.pool
        serverSelectionTimeout = database.serverSelectionTimeout
        connectTimeout = database.connectTimeout
        socketTimeout = database.socketTimeout
    }
}

extension Settings {
    var curl: CurlLoop.Settings { CurlLoop.Settings(maxConnections: http.maxConnections, maxIdle: http.keepAlive) }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}
