// SPDX-License-Identifier: Apache-2.0

import Commands
import Foundation
import Inventory
import Logging
import Pipeline
import Settings
import Simulator
import TLSServer
import Testing
import Values

/// Accounts whose cloud is reached over TLS: from their `config` in OSM's database through real handshakes to the records.
@Suite(.surroundings, .timeLimit(.minutes(20))) struct TLSAccountTests {
    /// What an account may say about TLS.
    struct Login: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Whether the cloud lets nobody in without a certificate.
        var needsClient = false
        let config: @Sendable (Given) throws -> Object
    }

    /// What `config` is made of.
    struct Given: Sendable {
        let tls: SimulatorTLS
        let folder: URL

        func file(_ text: String, _ name: String) throws -> Value {
            let file = folder.appendingPathComponent(name)
            try text.write(to: file, atomically: true, encoding: .utf8)
            return .string(file.path)
        }
    }

    static let good = [
        Login(testDescription: "ca_cert_content") { ["ca_cert_content": .string($0.tls.authority)] },
        Login(testDescription: "ca_cert") { ["ca_cert": try $0.file($0.tls.authority, "ca.pem")] },
        Login(testDescription: "insecure") { _ in ["insecure": true] },
        Login(testDescription: "client certificate in memory", needsClient: true) { $0.tls.accountConfig },
        Login(testDescription: "client certificate in files", needsClient: true) { given in
            [
                "ca_cert": try given.file(given.tls.authority, "ca.pem"),
                "client_cert": try given.file(given.tls.client.certificate, "client.pem"),
                "client_key": try given.file(given.tls.client.key, "client-key.pem"),
            ]
        },
        Login(testDescription: "client certificate and key in one file, insecure", needsClient: true) { given in
            ["insecure": true, "client_cert": try given.file(given.tls.client.bundle, "client.pem")]
        },
    ]

    static let bad = [
        Login(testDescription: "no authority") { _ in [:] },
        Login(testDescription: "another authority") { _ in
            ["ca_cert_content": .string(try CertificateAuthority("another").pem)]
        },
        Login(testDescription: "missing file") { ["ca_cert": .string($0.folder.path + "/none.pem")] },
        Login(testDescription: "no certificate in ca_cert_content") { _ in ["ca_cert_content": "-----BEGIN"] },
        Login(testDescription: "no client certificate", needsClient: true) {
            ["ca_cert_content": .string($0.tls.authority)]
        },
        Login(testDescription: "client certificate of another authority", needsClient: true) { given in
            let client = try CertificateAuthority("another").issue("client")
            return [
                "ca_cert_content": .string(given.tls.authority), "client_cert_content": .string(client.bundle),
            ]
        },
        Login(testDescription: "client key of another certificate", needsClient: true) { given in
            var config = given.tls.accountConfig
            config["client_key_content"] = .string(try CertificateAuthority("another").issue("client").key)
            return config
        },
    ]

    /// The records of a world after a cycle of the same process.
    private struct Service {
        let world: World
        let database: TestDatabase
        let application: Application

        /// Runs a cycle in which all is well, or in which the bad cloud's account fails because of TLS.
        func cycle(fails: Bool) async throws {
            let before = try await database.documents(in: "vnfrs")
            let summary = await application.runOnce()
            let vnfrs = try await database.documents(in: "vnfrs")
            #expect(world.stale(world.good, in: vnfrs) == [])
            #expect(summary.exitStatus == (fails ? 3 : 0), "\(summary.findings)")
            if fails {
                #expect(summary.findings.map(\.kind) == [.init(code: .vimFailed, detail: "tls")], "\(summary.findings)")
                #expect(summary.findings.allSatisfy { $0.subject.contains(world.accountID) }, "\(summary.findings)")
                #expect(!"\(summary.findings)".contains("PRIVATE KEY"))
                let own = { (vnfr: Object) in vnfr["vim-account-id"]?.string == world.accountID }
                let (old, new) = (before.filter(own), vnfrs.filter(own))
                #expect(Value.array(old.map(Value.object)).isIdentical(to: .array(new.map(Value.object))))
            } else {
                #expect(world.stale(world.bad, in: vnfrs) == [])
            }
        }

        /// Something happens in both clouds.
        func change() throws {
            for cloud in [world.good, world.bad] { _ = try cloud.mutate(count: 1, kind: .rename) }
        }
    }

    /// A world whose good cloud is reached as always, and whose bad one over TLS.
    private func with(_ login: Login, _ body: (SimulatorTLS, Service) async throws -> Void) async throws {
        var world = try World("TLS-\(UUID().uuidString)")
        let tls = try SimulatorTLS(requiresClientCertificate: login.needsClient)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vimwatch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let simulator = SimulatorServer(configuration: .init(tls: tls), clouds: [world.bad])
        try await withThrowingTaskGroup { group in
            group.addTask { try await simulator.run() }
            world.account["vim_url"] = .string("\(try await simulator.baseURL)/v/\(world.bad.name)/v3")
            world.account["config"] = .object(try login.config(Given(tls: tls, folder: folder)))
            try await TestDatabase.with(world.documents.collections) { [world] database in
                var settings = database.settings
                // A cloud that failed is asked again in the next cycle.
                settings.poll.backoff = .zero
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let application = try await Application.make(settings, logger: logger)
                let result: Result<Void, any Error>
                do {
                    let service = Service(world: world, database: database, application: application)
                    result = .success(try await body(tls, service))
                } catch {
                    result = .failure(error)
                }
                await application.close()
                try result.get()
            }
            group.cancelAll()
        }
    }

    @Test(arguments: good) func isLetIn(_ login: Login) async throws {
        try await with(login) { _, service in try await service.cycle(fails: false) }
    }

    @Test(arguments: bad) func failsAlone(_ login: Login) async throws {
        try await with(login) { _, service in
            try await service.cycle(fails: true)
            try service.change()
            try await service.cycle(fails: true)
        }
    }

    /// The service has connections when it happens, and nobody restarts it.
    @Test(arguments: [ServerCertificate.expired, .wrongName, .unknownAuthority])
    func aBadCertificateForAWhile(_ certificate: ServerCertificate) async throws {
        try await with(Self.good[0]) { tls, service in
            try await service.cycle(fails: false)
            await tls.show(certificate)
            try service.change()
            try await service.cycle(fails: true)
            await tls.show(.good)
            try await service.cycle(fails: false)
        }
    }

    @Test(arguments: [ServerCertificate.expired, .wrongName, .unknownAuthority])
    func insecureLooksAtNothing(_ certificate: ServerCertificate) async throws {
        try await with(Login(testDescription: "insecure, \(certificate)") { _ in ["insecure": true] }) { tls, service in
            await tls.show(certificate)
            try await service.cycle(fails: false)
        }
    }
}
