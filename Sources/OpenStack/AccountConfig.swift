// SPDX-License-Identifier: Apache-2.0

import Curl
import Support
import Values

/// The settings of an OpenStack account, checked. The keys are those of OSM's OpenStack connector (RO,
/// `osm_rovim_openstack/vimconn_openstack.py`).
struct AccountConfig: Sendable {
    /// A domain by id or by name; Keystone takes either.
    enum Domain: Sendable, Equatable {
        case id(String)
        case name(String)
    }

    enum Project: Sendable, Equatable {
        case id(String)
        case name(String)
    }

    /// A user by id, or by name within `userDomain`.
    enum User: Sendable, Equatable {
        case id(String)
        case name(String)
    }

    enum Credential: Sendable {
        case password(user: User, password: Secret)
        /// https://docs.openstack.org/keystone/latest/user/application_credentials.html
        case applicationID(String, secret: Secret)
        case applicationName(String, user: User, secret: Secret)
    }

    enum Interface: String, Sendable { case `public`, `internal` }

    /// `nil`: by the URL.
    var keystone: KeystoneVersion?
    var credential: Credential
    /// `nil` only with an application credential or a trust, which are bound to a project.
    var project: Project?
    var trustID: String?
    var userDomain: Domain
    var projectDomain: Domain
    var region: String?
    var interface: Interface
    /// Endpoints that count in the place of the catalogue's, without slashes at their end.
    var endpointOverrides: [OpenStackAPI.Service: String]
    var microversion: String
    var tls: HTTPRequest.TLS

    init(_ account: VIMAccount) throws(VIMError) {
        let reader = ConfigReader(account: account.id, config: account.config)
        guard URLParts(account.url) != nil else {
            throw reader.wrong("vim_url \(account.url.withoutURLSecrets) is not an http or https URL")
        }
        keystone = try Self.keystone(reader)
        credential = try Self.credential(account, reader)
        trustID = try reader.text("trust_id")
        project = account.tenantID.map(Project.id) ?? account.tenantName.map(Project.name)
        if case .password = credential {
            guard trustID != nil || project != nil else {
                throw reader.wrong("has neither vim_tenant_name nor vim_tenant_id")
            }
        } else if trustID != nil {
            throw reader.wrong("config.trust_id and an application credential exclude each other")
        }
        userDomain = try reader.domain("user_domain")
        projectDomain = try reader.domain("project_domain")
        region = try reader.text("region_name")
        interface = reader.flag("use_internal_endpoint") ? .internal : .public
        endpointOverrides = [:]
        for service in OpenStackAPI.Service.allCases {
            endpointOverrides[service] = try reader.url("\(service.rawValue)_endpoint_override")
        }
        microversion = try Self.microversion(reader)
        tls = try Self.tls(reader)
    }

    private static func keystone(_ reader: ConfigReader) throws(VIMError) -> KeystoneVersion? {
        switch try reader.text("APIversion") {
        case nil: return nil
        case "v3.3", "3": return .v3
        case "v2.0", "2": return .v2
        case let other?: throw reader.wrong("config.APIversion is \(other); allowed: v3.3, 3, v2.0, 2")
        }
    }

    private static func credential(_ account: VIMAccount, _ reader: ConfigReader) throws(VIMError) -> Credential {
        let applicationID = try reader.text("application_credential_id")
        let applicationName = try reader.text("application_credential_name")
        let secret = try reader.text("application_credential_secret").map(Secret.init)
        guard (secret != nil) == (applicationID != nil || applicationName != nil) else {
            throw reader.wrong(
                secret == nil
                    ? "has an application credential but no config.application_credential_secret"
                    : "has config.application_credential_secret but neither the credential's id nor its name")
        }
        if let applicationID, let secret { return .applicationID(applicationID, secret: secret) }
        let name = account.user.isEmpty ? nil : User.name(account.user)
        guard let user = try reader.text("user_id").map(User.id) ?? name else {
            throw reader.wrong(
                applicationName == nil
                    ? "has no vim_user"
                    : "has an application credential by name, but neither vim_user nor config.user_id whose it is")
        }
        if let applicationName, let secret { return .applicationName(applicationName, user: user, secret: secret) }
        guard !account.password.reveal.isEmpty else { throw reader.wrong("has no vim_password") }
        return .password(user: user, password: account.password)
    }

    private static func microversion(_ reader: ConfigReader) throws(VIMError) -> String {
        guard let text = try reader.text("microversion") else { return "2.60" }
        guard text == "2" || text == "latest" || text.wholeMatch(of: /2\.[0-9]{1,4}/) != nil else {
            throw reader.wrong(
                "config.microversion is \(text.debugDescription); a version such as \"2.60\" is expected")
        }
        return text
    }

    private static func tls(_ reader: ConfigReader) throws(VIMError) -> HTTPRequest.TLS {
        let file = try reader.text("ca_cert")
        let content = try reader.text("ca_cert_content")
        let isInsecure = reader.flag("insecure")
        if isInsecure, file != nil || content != nil {
            let key = content != nil ? "ca_cert_content" : "ca_cert"
            throw reader.wrong("config.insecure and config.\(key) exclude each other; remove one of them")
        }
        let client = (try reader.pem("client_cert"), try reader.pem("client_key"))
        guard client.0 != nil || client.1 == nil else {
            throw reader.wrong("has config.client_key but no config.client_cert")
        }
        return HTTPRequest.TLS(
            verify: !isInsecure, ca: content.map { .content(Array($0.utf8)) } ?? file.map { .file($0) },
            clientCertificate: client.0, clientKey: client.1)
    }

    /// What must never be shown. The key of a client certificate never comes into a request or an answer.
    var secrets: [String] {
        switch credential {
        case .password(_, let secret), .applicationID(_, let secret), .applicationName(_, _, let secret):
            [secret.reveal]
        }
    }
}

/// Reads single keys of `config`.
private struct ConfigReader {
    let account: String
    let config: Object

    func wrong(_ reason: String) -> VIMError { VIMError(account: account, wrong: reason) }

    /// A text that is not empty; numbers count as their text.
    func text(_ key: String) throws(VIMError) -> String? {
        switch config[key] {
        case nil, .null, .bool(false): return nil
        case .string(let text): return text.isEmpty ? nil : text
        case .int32(let number): return String(number)
        case .int64(let number): return String(number)
        case .double(let number): return String(number)
        default: throw wrong("config.\(key) is not a text")
        }
    }

    func url(_ key: String) throws(VIMError) -> String? {
        guard let text = try text(key) else { return nil }
        guard let parts = URLParts(text), parts.query == nil else {
            throw wrong("config.\(key) \(text.withoutURLSecrets) is not an http or https URL without a query")
        }
        return text.withoutTrailingSlashes
    }

    /// A certificate or key in PEM: `<key>_content` or the file `<key>`. The content wins, as for the CA.
    func pem(_ key: String) throws(VIMError) -> HTTPRequest.TLS.PEM? {
        if let content = try text(key + "_content") { return .content(Array(content.utf8)) }
        return try text(key).map { .file($0) }
    }

    /// By Python's truth.
    func flag(_ key: String) -> Bool { config[key]?.isTruthy ?? false }

    /// `default` unless an id or a name is configured; the id wins, as in keystoneauth.
    func domain(_ key: String) throws(VIMError) -> AccountConfig.Domain {
        if let id = try text(key + "_id") { return .id(id) }
        if let name = try text(key + "_name") { return .name(name) }
        return .id("default")
    }
}
