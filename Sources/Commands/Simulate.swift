// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import ServiceLifecycle
import Simulator
import UnixSignals

/// `vimwatch simulate`: an OpenStack of any size.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a made-up OpenStack: Keystone, Nova and Neutron of several clouds.",
        usage: "vimwatch simulate [<options>]",
        discussion: """
            Each cloud is a VIM of its own: its Keystone answers at http://HOST:PORT/v/NAME/v3. The same seed makes the
            same clouds. A control endpoint changes reality and injects faults. With --tls, the server's certificate may be
            good, expired, wrong-name or unknown-authority.

            EXAMPLES
              vimwatch simulate --vims 3 --vms 200
              curl http://127.0.0.1:8774/control
              curl http://127.0.0.1:8774/control/vim-1/mutate \\
                -d '{"action": "stop", "server": "vim-1-vnf-000001-vdu-mgmtVM-0"}'
              curl http://127.0.0.1:8774/control/faults \\
                -d '{"effect": "status", "status": 503, "kind": "servers"}'

              vimwatch simulate --tls certificates
              curl --cacert certificates/ca.pem https://127.0.0.1:8774/control/tls \\
                -d '{"certificate": "expired"}'
            """
    )

    @Option(help: "Clouds.") var vims = 1
    @Option(help: "Servers of each cloud.") var vms = 100
    @Option(help: "Further servers of each cloud, of which seeded records say nothing.") var unwatched = 0
    @Option(help: "Ports of each server.") var ports = 2
    @Option(help: "Seed from which everything is made.") var seed: UInt64 = 1
    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0 lets the system choose.") var port = 8774
    @Option(help: "Serve https; put ca.pem, client.pem and client-key.pem into this folder.") var tls: String?
    @Flag(help: "Let nobody in without that client certificate.") var tlsRequireClientCertificate = false
    @Option(help: "Servers and ports on a page at most, as Nova's max_limit.") var maxLimit = 1000
    @Option(help: "Seconds until a token expires.") var tokenLifetime = 3600.0
    @Option(help: "Nova's newest microversion: 2.(this).") var newestMicroversion = 93

    func validate() throws {
        guard vims >= 1, vims <= 10_000 else { throw ValidationError("--vims must be from 1 to 10000") }
        guard vms >= 0, vms <= 1_000_000 else { throw ValidationError("--vms must be from 0 to 1000000") }
        guard unwatched >= 0, unwatched <= 1_000_000 else {
            throw ValidationError("--unwatched must be from 0 to 1000000")
        }
        guard ports >= 0, ports <= 64 else { throw ValidationError("--ports must be from 0 to 64") }
        guard (0...65535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
        guard tls != nil || !tlsRequireClientCertificate else {
            throw ValidationError("--tls-require-client-certificate needs --tls")
        }
        guard maxLimit >= 1 else { throw ValidationError("--max-limit must be at least 1") }
        guard tokenLifetime > 0 else { throw ValidationError("--token-lifetime must be more than 0") }
        guard newestMicroversion >= 1 else { throw ValidationError("--newest-microversion must be at least 1") }
    }

    func run() async throws {
        var settings = CloudSettings()
        settings.novaMaxLimit = maxLimit
        settings.tokenLifetime = tokenLifetime
        settings.newestMicroversion = newestMicroversion
        let clouds = (1...vims).map { number in
            SimulatedCloud.generate(
                seed: seed &+ UInt64(number), name: "vim-\(number)", servers: vms + unwatched, portsPerServer: ports,
                settings: settings
            )
        }
        var logger = Logger(label: "simulate")
        logger.logLevel = .critical
        let certificates = try tls.map { _ in
            try SimulatorTLS(host: host, requiresClientCertificate: tlsRequireClientCertificate)
        }
        let server = SimulatorServer(
            configuration: .init(host: host, port: port, tls: certificates, logger: logger), clouds: clouds
        )
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: ClosureService { try await server.run() })],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                let url = try await server.baseURL
                // Not before: the folder may be that of another simulator at the same port.
                if let tls, let certificates {
                    do throws(CertificateFiles.Failure) {
                        try CertificateFiles(folder: tls).write(certificates)
                    } catch {
                        Terminal.complain("\(error)")
                        await group.triggerGracefulShutdown()
                        throw ExitCode(Ending.couldNotRun)
                    }
                }
                Terminal.write(
                    "\(vims) clouds of \(vms + unwatched) servers at \(url)/v/vim-1/v3 … "
                        + "(user osm, password secret, project osm); control at \(url)/control"
                )
            }
            tasks.addTask {
                do {
                    try await group.run()
                } catch {
                    Terminal.complain("cannot listen on \(host):\(port): \(error)")
                    throw ExitCode(Ending.couldNotRun)
                }
            }
            try await tasks.waitForAll()
        }
    }
}
