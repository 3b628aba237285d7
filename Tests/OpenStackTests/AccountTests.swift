// SPDX-License-Identifier: Apache-2.0

import Curl
import OpenStack
import Support
import Testing
import Values

struct AccountTests {
    static let document: Object = [
        "_id": "07", "name": "cloud", "vim_type": "openstack", "vim_url": "http://h:5000/v3", "vim_user": "u",
        "vim_password": "geheim", "vim_tenant_name": "t", "config": ["region_name": "R", "user_password": "geheim"],
    ]

    @Test func aDocumentIsRead() throws {
        let account = try VIMAccount(document: Self.document)
        #expect(account.id == "07" && account.name == "cloud" && account.vimType == "openstack")
        #expect(account.url == "http://h:5000/v3" && account.user == "u" && account.password.reveal == "geheim")
        #expect(account.tenantName == "t" && account.tenantID == nil)
        #expect(account.config["region_name"]?.string == "R")
    }

    @Test func nothingShowsItsSecrets() throws {
        let account = try VIMAccount(document: Self.document)
        var dumped = ""
        dump(account, to: &dumped)
        for text in ["\(account)", account.debugDescription, String(reflecting: account), dumped] {
            #expect(!text.contains("geheim"), "\(text)")
            #expect(text.contains("07"))
        }
    }

    @Test(
        arguments: [
            ("_id", nil, "VIM account ?: reading the account: has no _id that is a text"),
            ("vim_url", nil, "VIM account 07: reading the account: has no vim_url"),
            ("vim_url", .string(""), "VIM account 07: reading the account: has no vim_url"),
            ("vim_url", .int(5), "VIM account 07: reading the account: vim_url is not a text"),
            ("vim_type", .null, "VIM account 07: reading the account: has no vim_type"),
            ("vim_tenant_id", ["a"], "VIM account 07: reading the account: vim_tenant_id is not a text"),
            ("config", "x", "VIM account 07: reading the account: config is not an object"),
        ] as [(String, Value?, String)])
    func aBadDocumentIsNamedWithItsKey(key: String, value: Value?, text: String) async throws {
        var document = Self.document
        document[key] = value
        let error = try await vimError { () async throws(VIMError) in try VIMAccount(document: document) }
        #expect(error.description == text)
        #expect(error.code == .configuration && !error.isRetriable)
    }

    @Test func aNameAndAConfigMayBeMissing() throws {
        var document = Self.document
        document["name"] = nil
        document["config"] = .null
        let account = try VIMAccount(document: document)
        #expect(account.name == "07" && account.config.isEmpty)
    }

    @Test(
        arguments: [
            (["insecure": true, "ca_cert": "/a.pem"], "config.insecure and config.ca_cert exclude each other"),
            (
                ["insecure": "yes", "ca_cert_content": "PEM"],
                "config.insecure and config.ca_cert_content exclude each other"
            ),
            (["APIversion": "v4"], "config.APIversion is v4; allowed: v3.3, 3, v2.0, 2"),
            (["microversion": "two"], "config.microversion is \"two\"; a version such as \"2.60\" is expected"),
            (["microversion": "2.60\r\nX: 1"], "config.microversion is \"2.60\\r\\nX: 1\"; a version"),
            (["region_name": ["a"]], "config.region_name is not a text"),
            (["microversion": "2."], "config.microversion is \"2.\"; a version"),
            (["microversion": "2.60.1"], "config.microversion is \"2.60.1\"; a version"),
            (["microversion": "25"], "config.microversion is \"25\"; a version"),
            (["application_credential_id": "a"], "no config.application_credential_secret"),
            (["application_credential_secret": "geheim"], "neither the credential's id nor its name"),
            (
                [
                    "application_credential_id": "a", "application_credential_secret": "geheim", "trust_id": "t",
                ], "config.trust_id and an application credential exclude each other"
            ),
            (["client_key": "/k.pem"], "config.client_key but no config.client_cert"),
            (["compute_endpoint_override": "nova:8774"], "config.compute_endpoint_override nova:8774 is not an http"),
            (["network_endpoint_override": "http://h/?a=b"], "config.network_endpoint_override http://h/"),
        ] as [(Object, String)])
    func settingsThatCannotWorkAreRefused(config: Object, text: String) async throws {
        var account = try VIMAccount(document: Self.document)
        account.config = config
        let error = try await refusal(account)
        #expect(error.code == .configuration && error.account == "07")
        #expect(error.reason.contains(text), "\(error)")
    }

    @Test func whatTheAccountLacksIsNamed() async throws {
        let account = try VIMAccount(document: Self.document)
        func reason(_ change: (inout VIMAccount) -> Void) async throws -> String {
            var changed = account
            change(&changed)
            return try await refusal(changed).reason
        }
        #expect(try await reason { $0.user = "" } == "has no vim_user")
        let byName = try await reason {
            $0.user = ""
            $0.config = ["application_credential_name": "a", "application_credential_secret": "geheim"]
        }
        #expect(byName.contains("neither vim_user nor config.user_id"))
        #expect(try await reason { $0.password = Secret("") } == "has no vim_password")
        #expect(try await reason { $0.tenantName = nil } == "has neither vim_tenant_name nor vim_tenant_id")
        #expect(try await reason { $0.url = "ftp://u:geheim@h" } == "vim_url ftp://h is not an http or https URL")
    }

    @Test func theRegistryKnowsItsTypes() async throws {
        let loop = try CurlLoop()
        let registry = VIMConnectorRegistry([
            "openstack": OpenStackVIM.factory(loop: loop, settings: OpenStackSettings(), now: { 0 })
        ])
        #expect(registry.supports("openstack") && !registry.supports("vmware"))
        var account = try VIMAccount(document: Self.document)
        #expect(try registry.connector(for: account) is OpenStackVIM)
        account.vimType = "vmware"
        let unknown = account
        let error = try await vimError { () async throws(VIMError) in try registry.connector(for: unknown) }
        #expect(error.reason == "vim_type vmware is unknown; known: openstack")
        await loop.shutdown()
    }

    private func refusal(_ account: VIMAccount) async throws -> VIMError {
        let loop = try CurlLoop()
        let error = try await vimError { () async throws(VIMError) in try OpenStackVIM(account, loop: loop, now: { 0 })
        }
        await loop.shutdown()
        return error
    }
}
