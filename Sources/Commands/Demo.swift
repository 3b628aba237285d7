// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Curl
import Inventory
import Logging
import Pipeline
import PyYAML
import Records
import ServiceLifecycle
import Settings
import Simulator
import UnixSignals
import Values

/// `vimwatch demo`: the main job at work, with nothing else needed.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the main job at work: a simulated OpenStack, records in memory, and changes found and written.",
        discussion: """
            EXAMPLES
              vimwatch demo
              vimwatch demo --vims 5 --vms 1000
              vimwatch demo --keep-running       then change reality through the control endpoint yourself
            """
    )

    @Option(help: "Clouds.") var vims = 2
    @Option(help: "Servers of each cloud.") var vms = 20
    @Option(help: "Seed from which everything is made.") var seed: UInt64 = 1
    @Flag(help: "Go on watching, a cycle a second, until stopped.") var keepRunning = false

    func validate() throws {
        guard vims >= 1, vims <= 1000 else { throw ValidationError("--vims must be from 1 to 1000") }
        guard vms >= 4, vms <= 100_000 else { throw ValidationError("--vms must be from 4 to 100000") }
    }

    func run() async throws {
        let clouds = (1...vims).map { number in
            SimulatedCloud.generate(seed: seed &+ UInt64(number), name: "vim-\(number)", servers: vms)
        }
        var logger = Logger(label: "demo")
        logger.logLevel = .critical
        let server = SimulatorServer(configuration: .init(logger: logger), clouds: clouds)
        let demo = self
        let quiet = logger
        let service = ClosureService {
            try await demo.show(clouds, at: try await server.baseURL, logger: quiet)
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: ClosureService { try await server.run() }),
                    .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
            )
        )
        try await group.run()
    }

    private func show(_ clouds: [SimulatedCloud], at url: String, logger: Logger) async throws {
        let documents = OSMSeed.documents(for: clouds, baseURL: url, yaml: Self.yaml)
        let store = MemoryStore(collections: [
            "admin": documents.admin, "vim_accounts": documents.vimAccounts, "ro_tasks": documents.roTasks,
            "vnfrs": documents.vnfrs,
        ])
        var settings = Settings()
        settings.poll.interval = .seconds(1)
        let loop = try CurlLoop()
        let application = Application(settings, store: store, loop: loop, logger: logger)
        Terminal.write("simulated OpenStack at \(url): \(vims) clouds, \(vms) servers each; records in memory\n")
        var total = await application.pipeline.runCycle(1)
        Terminal.write("cycle 1, records are true: \(total.line)\n")
        for (number, scene) in Scene.all(clouds[0]).enumerated() where !Task.isShuttingDownGracefully {
            _ = try clouds[0].apply(scene.change)
            Terminal.write("● \(scene.title)")
            let summary = await application.pipeline.runCycle(number + 2)
            for vdu in summary.changes {
                Terminal.write("  \(vdu.name ?? "VDU") in record \(vdu.record.vnfr):")
                for line in vdu.lines { Terminal.write("    \(line)") }
            }
            for finding in summary.findings { Terminal.write("  ! \(finding)") }
            Terminal.write("  \(summary.line)\n")
            total = summary.following(total)
        }
        Terminal.write(
            "in \(total.cycle) cycles: \(total.vdusWritten) VDUs and \(total.fieldsWritten) fields written, "
                + "\(total.deletions) deletion proven and reported, \(total.objectsListed) objects listed in "
                + "\(total.pages) pages"
        )
        if keepRunning {
            Terminal.write("watching; control endpoint at \(url)/control; Ctrl-C ends it")
            try await application.monitor(period: 1) { summary in
                if summary.vdusWritten > 0 || !summary.findings.isEmpty { Terminal.write(summary.text) }
            }
            .run()
        }
        await loop.shutdown()
    }

    private static func yaml(_ value: Value) -> String {
        (try? PyYAML.dump(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Something that happens behind OSM's back.
    private struct Scene {
        let title: String
        let change: Change

        static func all(_ cloud: SimulatedCloud) -> [Scene] {
            let ids = cloud.servers.compactMap { $0["id"]?.string }
            let names = cloud.servers.compactMap { $0["name"]?.string }
            guard ids.count >= 4 else { return [] }
            return [
                Scene(title: "somebody stops \(names[0])", change: Change(.stop, ids[0])),
                Scene(title: "\(names[1]) is renamed", change: Change(.rename, ids[1], to: "renamed-by-hand")),
                Scene(title: "\(names[2]) gets another address", change: Change(.changeIP, ids[2])),
                Scene(title: "a port of \(names[2]) is deleted", change: Change(.deletePort, ids[2])),
                Scene(title: "\(names[3]) falls into ERROR", change: Change(.error, ids[3])),
                Scene(title: "… and recovers", change: Change(.start, ids[3])),
                Scene(title: "\(names[0]) is deleted", change: Change(.delete, ids[0])),
            ]
        }
    }
}
