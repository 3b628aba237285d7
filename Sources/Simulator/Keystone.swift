// SPDX-License-Identifier: Apache-2.0

import JSON
import Support
import Values

/// The identity service of a cloud: version documents and logins, v3 and v2.0.
struct Keystone: Sendable {
    let cloud: SimulatedCloud
    /// `http://host:port/v/<name>`.
    let base: String
    /// Seconds since 1970.
    let now: Double

    func versions(path: String) -> Answer {
        if path.hasSuffix("/v3") || path.hasSuffix("/v3/") { return Answer(["version": v3]) }
        if path.hasSuffix("/v2.0") || path.hasSuffix("/v2.0/") { return Answer(["version": v2]) }
        return Answer(status: 300, ["versions": ["values": [v3, v2]]]).with("Location", "\(base)/v3/")
    }

    private var v3: Value {
        version("v3.14", status: "stable", updated: "2020-04-07T00:00:00Z", path: "v3", type: "v3")
    }
    private var v2: Value {
        version("v2.0", status: "deprecated", updated: "2016-08-04T00:00:00Z", path: "v2.0", type: "v2.0")
    }

    private func version(_ id: String, status: String, updated: String, path: String, type: String) -> Value {
        [
            "id": .string(id), "status": .string(status), "updated": .string(updated),
            "links": [["rel": "self", "href": .string("\(base)/\(path)/")]],
            "media-types": [
                ["base": "application/json", "type": .string("application/vnd.openstack.identity-\(type)+json")]
            ],
        ]
    }

    /// POST /v3/auth/tokens
    func login(_ request: IncomingRequest) -> Answer {
        guard let auth = (try? JSON.parse(request.body))?["auth"], let identity = auth["identity"],
            let methods = identity["methods"]?.array?.compactMap(\.string)
        else { return malformed }
        let isScoped: Bool
        if methods == ["application_credential"] {
            guard isOurs(credential: identity["application_credential"]) else { return unauthorized }
            // A credential brings its project along.
            isScoped = true
        } else {
            let user = identity["password"]?["user"]
            guard methods.contains("password"), user?["password"]?.string == settings.password, isOurs(user: user)
            else { return unauthorized }
            switch scope(auth["scope"]) {
            case .success(let isBound): isScoped = isBound
            case .failure(let refusal): return refusal.answer
            }
        }
        let token = issue()
        let body = self.token(methods: methods, isScoped: isScoped, withCatalog: request.query != "nocatalog")
        return Answer(status: 201, ["token": body]).with("X-Subject-Token", token).with("Vary", "X-Auth-Token")
    }

    private struct Refusal: Error {
        let answer: Answer
    }

    /// Whether a token is wanted for our project; anybody else's is refused.
    private func scope(_ scope: Value?) -> Result<Bool, Refusal> {
        if let trust = scope?["OS-TRUST:trust"] {
            let id = trust["id"]?.string ?? ""
            return id == settings.trustID
                ? .success(true)
                : .failure(Refusal(answer: failure(404, "Not Found", "Could not find trust: \(id).")))
        }
        guard let project = scope?["project"] else { return .success(false) }
        guard isOurs(id: project["id"]?.string, name: project["name"]?.string),
            project["id"] != nil || isOurs(project["domain"], settings.projectDomain)
        else { return .failure(Refusal(answer: unauthorized)) }
        return .success(true)
    }

    /// By id, or by name within a domain.
    private func isOurs(user: Value?) -> Bool {
        if let id = user?["id"]?.string { return id == cloud.userID }
        return user?["name"]?.string == settings.user && isOurs(user?["domain"], settings.userDomain)
    }

    /// By id, or by name together with its user.
    private func isOurs(credential: Value?) -> Bool {
        guard credential?["secret"]?.string == settings.applicationCredentialSecret else { return false }
        if let id = credential?["id"]?.string { return id == settings.applicationCredentialID }
        return credential?["name"]?.string == settings.applicationCredentialName && isOurs(user: credential?["user"])
    }

    /// A domain that is not named is not checked.
    private func isOurs(_ domain: Value?, _ known: CloudSettings.Domain) -> Bool {
        guard let domain else { return true }
        return domain["id"]?.string == known.id || domain["id"] == nil && domain["name"]?.string == known.name
    }

    /// POST /v2.0/tokens
    func oldLogin(_ request: IncomingRequest) -> Answer {
        guard let auth = (try? JSON.parse(request.body))?["auth"], let user = auth["passwordCredentials"] else {
            return malformed
        }
        guard user["password"]?.string == settings.password, user["username"]?.string == settings.user,
            isOurs(id: auth["tenantId"]?.string, name: auth["tenantName"]?.string)
        else { return unauthorized }
        let tenant: Value = [
            "id": .string(projectID), "name": .string(settings.project), "enabled": true, "description": .null,
        ]
        let catalog = services.map { service -> Value in
            let url = Value.string(base + service.path)
            return [
                "type": .string(service.type), "name": .string(service.name), "endpoints_links": [],
                "endpoints": [
                    [
                        "region": .string(settings.region), "publicURL": url, "internalURL": url, "adminURL": url,
                        "id": .string(id(service.type)),
                    ]
                ],
            ]
        }
        return Answer([
            "access": [
                "token": [
                    "id": .string(issue()), "issued_at": .string(issued.microseconds),
                    "expires": .string(expiry.text), "tenant": tenant, "audit_ids": [],
                ],
                "serviceCatalog": .array(catalog),
                "user": [
                    "id": .string(cloud.userID), "name": .string(settings.user), "username": .string(settings.user),
                    "roles": [["name": "admin"]], "roles_links": [],
                ],
                "metadata": ["is_admin": 0, "roles": [.string(id("admin"))]],
            ]
        ]).with("Vary", "X-Auth-Token")
    }

    private var settings: CloudSettings { cloud.settings }
    private var projectID: String { settings.newProjectID ?? cloud.projectID }
    /// By Keystone's own clock.
    private var issued: Timestamp { Timestamp(seconds: Int64(now + settings.clockSkew)) }
    private var expiry: Timestamp {
        let settings = self.settings
        let lifetime = settings.shownTokenLifetime ?? settings.tokenLifetime
        return Timestamp(seconds: Int64(now + settings.clockSkew + lifetime))
    }

    private func isOurs(id: String?, name: String?) -> Bool {
        (id == nil || id == projectID) && (name == nil || name == settings.project) && (id ?? name) != nil
    }

    private func issue() -> String {
        let lifetime = settings.tokenLifetime
        return cloud.tokens.withLock { $0.issue(at: now, lifetime: lifetime, project: projectID) }
    }

    private func id(_ text: String) -> String { Self.id(text, of: cloud) }

    /// An id that only depends on the cloud's name and on what it is for.
    static func id(_ text: String, of cloud: SimulatedCloud) -> String {
        var generator = SeededGenerator(seed: 1, text: cloud.name + "/" + text)
        return generator.hex(32)
    }

    private func token(methods: [String], isScoped: Bool, withCatalog: Bool) -> Value {
        var token: Object = [
            "methods": .array(methods.map(Value.string)),
            "user": [
                "domain": domain(settings.userDomain), "id": .string(cloud.userID), "name": .string(settings.user),
                "password_expires_at": .null,
            ],
            "audit_ids": [.string(String(id("audit").prefix(22)))],
            "expires_at": .string(expiry.microseconds), "issued_at": .string(issued.microseconds),
        ]
        guard isScoped else { return .object(token) }
        token["project"] = [
            "domain": domain(settings.projectDomain), "id": .string(projectID), "name": .string(settings.project),
        ]
        token["is_domain"] = false
        token["roles"] = .array(
            ["member", "admin", "reader"].map { ["id": .string(id($0)), "name": .string($0)] })
        if withCatalog { token["catalog"] = .array(services.map(catalogEntry)) }
        return .object(token)
    }

    private func domain(_ domain: CloudSettings.Domain) -> Value {
        ["id": .string(domain.id), "name": .string(domain.name)]
    }

    private var services: [(type: String, name: String, path: String)] {
        [
            ("network", "neutron", "/network"), ("compute", "nova", "/compute/v2.1"), ("identity", "keystone", "/v3"),
        ]
    }

    private func catalogEntry(_ service: (type: String, name: String, path: String)) -> Value {
        let endpoints = ["admin", "public", "internal"].map { interface -> Value in
            [
                "id": .string(id(service.type + interface)), "interface": .string(interface),
                "region_id": .string(settings.region), "url": .string(base + service.path),
                "region": .string(settings.region),
            ]
        }
        return [
            "endpoints": .array(endpoints), "id": .string(id(service.type)), "type": .string(service.type),
            "name": .string(service.name),
        ]
    }

    private var unauthorized: Answer {
        failure(401, "Unauthorized", "The request you have made requires authentication.")
            .with("WWW-Authenticate", "Keystone uri=\"\(base)/v3\"")
    }

    private var malformed: Answer {
        failure(400, "Bad Request", "Expecting to find auth in request body. The server could not comply.")
    }

    private func failure(_ code: Int64, _ title: String, _ message: String) -> Answer {
        Answer(
            status: Int(code),
            ["error": ["code": .int(code), "message": .string(message), "title": .string(title)]])
    }
}
