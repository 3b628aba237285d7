// SPDX-License-Identifier: Apache-2.0

import Curl
import Foundation
import Inventory
import JSON
import Logging
import Mongo
import OpenStack
import Pipeline
import Records
import Values

/// Changes in simulated clouds, and the updates that the pipeline would send because of them.
struct Changes: Sendable {
    let simulator: String
    let clouds: Int
    /// Servers of each cloud that change.
    let count: Int

    /// Changes that many servers of each cloud, and their ports.
    func make(_ loop: CurlLoop) async throws {
        for number in 1...clouds {
            var request = HTTPRequest("POST", "\(simulator)/control/vim-\(number)/mutate-many")
            request.body = JSON.serialize(["kind": "touch", "count": .int(Int64(count))])
            request.maxBodyBytes = 1 << 30
            let answer = try await loop.send(request)
            guard answer.status == 200 else {
                throw BenchError(description: "status \(answer.status) of vim-\(number)")
            }
        }
    }

    /// Runs the pipeline's cycle against the true database, but writes nothing.
    func capture(_ store: MongoStore, _ loop: CurlLoop) async throws -> [[GuardedUpdate]] {
        let capture = CapturingStore(store)
        let now: @Sendable () -> Double = { Date().timeIntervalSince1970 }
        let key = DigestKey.random()
        var logger = Logger(label: "capture")
        logger.logLevel = .critical
        var configuration = PipelineConfiguration()
        configuration.leaseTTL = nil
        let registry = VIMConnectorRegistry([
            "openstack": OpenStackVIM.factory(loop: loop, settings: OpenStackSettings(), now: now)
        ])
        let pipeline = Pipeline(
            configuration: configuration,
            discovery: Discovery(
                store: capture, registry: registry, commonKey: nil, digestKey: key, configuration: configuration,
                now: now
            ),
            store: capture, lease: nil, digestKey: key, now: now, logger: logger
        )
        let summary = await pipeline.runCycle(1)
        guard summary.isAllWell else { throw BenchError(description: "\(summary.findings)") }
        return capture.bulks
    }
}

extension [[GuardedUpdate]] {
    /// As they are sent.
    func operations() throws -> [[BulkUpdate]] { try map { try $0.map { try $0.operation.get() } } }
}
