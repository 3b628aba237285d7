// SPDX-License-Identifier: Apache-2.0

import Secrets
import Simulator
import Support
import TestGolden
import Values

/// A VIM account of a recorded scenario, moved to a cloud of the simulator.
struct GoldenAccount {
    /// As it was recorded but for the URL; secrets are as encrypted as they were.
    let document: Object
    /// `nil` if the scenario knows no cloud of the account.
    private let cloud: SimulatedCloud?
    private let fault: Fault?

    init(_ account: Object, of scenario: GoldenScenario, pages: GoldenEndToEndTests.Pages, url: String) {
        let id = account["_id"]?.string ?? ""
        let vim = scenario.vims[id]
        let name = "\(scenario.name)-\(id)-\(pages)"
        var document = account
        document["vim_url"] = .string("\(url)/v/\(name)/v3")
        if vim?.initError != nil {
            // What makes a connector impossible here.
            document["config"] = ["insecure": true, "ca_cert": "/etc/ssl/certs/cloud.pem"]
        }
        if case .null? = account["vim_password"] {
            document["config"] = scenario.applicationCredential(of: id)
        }
        self.document = document
        fault = vim?.fetchError.map { _ in Fault(.drop, on: .init(cloud: name)) }

        var settings = CloudSettings()
        settings.user = account["vim_user"]?.string ?? ""
        settings.project = account["vim_tenant_name"]?.string ?? ""
        settings.password = scenario.password(of: account)
        settings.region = account["config"]?["region_name"]?.string ?? settings.region
        settings.ignoreProjectFilter = true
        if pages == .ofTwo { settings.novaMaxLimit = 2 }
        cloud = vim.map { vim in
            SimulatedCloud(
                name: name, servers: vim.servers, ports: vim.ports,
                flavors: vim.flavors.map { ["id": .string($0.id), "name": .string($0.name)] }, settings: settings
            )
        }
    }

    func serve(by simulator: SimulatorServer) {
        if let cloud { simulator.add(cloud) }
        if let fault { simulator.faults.add(fault) }
    }
}

extension GoldenScenario {
    /// The password in clear: what the original decrypted it to, or what is stored if it did not get that far.
    fileprivate func password(of account: Object) -> String {
        let connector = expected.connectors.first { $0["uuid"]?.string == account["_id"]?.string }
        return (connector?["passwd"] ?? account["vim_password"])?.string ?? ""
    }

    /// What Keystone takes from an account without a password, encrypted as the account's other secrets.
    fileprivate func applicationCredential(of account: String) -> Value? {
        let settings = CloudSettings()
        let config: Value = [
            "application_credential_id": .string(settings.applicationCredentialID),
            "application_credential_secret": .string(settings.applicationCredentialSecret),
        ]
        let cipher = try? FieldCipher(
            commonKey: commonKey.map(Secret.init), serialBase64: admin.first?["serial"]?.string
        )
        return try? cipher?.encrypt(account: ["config": config], salt: account, schemaVersion: "1.11")["config"]
    }
}
