// SPDX-License-Identifier: Apache-2.0

import JSON
import Support
import Values

/// `/control`: what the clouds are, what happens to them, what goes wrong. JSON in, JSON out; bad input is a 400 that
/// says what is wrong with it.
///
/// | request | body |
/// |---|---|
/// | GET /control | |
/// | POST /control/NAME/mutate | `{"action": "stop", "server": "id or name"}`, `{"action": "change-ip", "port": "…", "to": "…"}` |
/// | POST /control/NAME/mutate-many | `{"kind": "stop", "count": 10}` |
/// | POST /control/NAME/revoke-tokens | |
/// | POST /control/NAME/settings | see `CloudSettings.change(by:)` |
/// | POST /control/refuse | `{"seconds": 5}`: connections are refused for so long, and those that are open are closed |
/// | POST /control/tls | `{"certificate": "expired"}`, see `ServerCertificate`: connections that were shown another one are closed |
/// | GET, POST, DELETE /control/faults, DELETE /control/faults/ID | see `Fault.init(json:)` |
struct Control: Sendable {
    let server: SimulatorServer

    func answer(_ request: IncomingRequest) -> Answer {
        do throws(SimulatorError) {
            return try result(request)
        } catch {
            return .problem(error.code == .notFound ? 404 : 400, error.description)
        }
    }

    private func result(_ request: IncomingRequest) throws(SimulatorError) -> Answer {
        let parts = request.path.split(separator: "/").dropFirst().map(String.init)
        switch (request.method, parts.count, parts.first) {
        case ("GET", 0, _): return Answer(summary)
        case ("GET", 1, "faults"): return Answer(["faults": .array(rules)])
        case ("POST", 1, "faults"):
            let fault = try Fault(json: try body(request))
            return Answer(status: 201, ["id": .int(Int64(server.faults.add(fault)))])
        case ("DELETE", 1, "faults"):
            server.faults.removeAll()
            return Answer(["faults": []])
        case ("DELETE", 2, "faults"):
            guard let id = Int(parts[1]), server.faults.remove(id) else { throw missing("fault", parts[1]) }
            return Answer(["faults": .array(rules)])
        case ("POST", 1, "refuse"):
            guard let seconds = try body(request).number("seconds", in: 0...86_400) else {
                throw invalid("refuse", #""seconds" is missing"#)
            }
            server.refuse(for: seconds)
            return Answer(["refused": .double(seconds)])
        case ("POST", 1, "tls"):
            guard let tls = server.configuration.tls else { throw invalid("tls", "this server does not speak TLS") }
            let name = try body(request).required("certificate").string ?? ""
            guard let certificate = ServerCertificate(rawValue: name) else {
                let known = ServerCertificate.allCases.map(\.rawValue).joined(separator: ", ")
                throw invalid("tls", "\"\(name)\" is none of \(known)")
            }
            tls.choose(certificate)
            return Answer(["certificate": .string(name)])
        case ("POST", 2, let name?):
            guard let cloud = server.cloud(named: name) else { throw missing("cloud", name) }
            if let answer = try post(parts[1], to: cloud, request) { return answer }
        default: break
        }
        throw missing(request.method, request.path)
    }

    private func post(
        _ action: String, to cloud: SimulatedCloud, _ request: IncomingRequest
    ) throws(SimulatorError) -> Answer? {
        switch action {
        case "mutate":
            let body = try body(request)
            let kind = try kind(try body.required("action").string ?? "")
            let target = (body["server"] ?? body["port"] ?? body["name"])?.string
            guard target != nil || kind == .boot else {
                throw invalid("mutate", #""server" or "port" must name what to change"#)
            }
            return Answer(try cloud.apply(Change(kind, target ?? "", to: body["to"]?.string)).value(cloud.name))
        case "mutate-many":
            let body = try body(request)
            let kind = try kind(try body.required("kind").string ?? "")
            let count = try body.number("count", in: 0...1_000_000) ?? 1
            let outcomes = try cloud.mutate(count: Int(count), kind: kind)
            return Answer([
                "changed": .int(Int64(outcomes.count)), "changes": .array(outcomes.map { $0.value(cloud.name) }),
            ])
        case "settings":
            let body = try body(request)
            var settings = cloud.settings
            try settings.change(by: body)
            let changed = settings
            cloud.configure { $0 = changed }
            return Answer(["changed": .array(body.members.map { .string($0.key) })])
        case "revoke-tokens":
            cloud.revokeTokens()
            return Answer(["revoked": true])
        default: return nil
        }
    }

    private func body(_ request: IncomingRequest) throws(SimulatorError) -> Object {
        guard let object = (try? JSON.parse(request.body))?.object else {
            throw invalid("read the body", "not a JSON object")
        }
        return object
    }

    private func kind(_ name: String) throws(SimulatorError) -> Change.Kind {
        guard let kind = Change.Kind(rawValue: name) else {
            let known = Change.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("mutate", "\"\(name)\" is none of \(known)")
        }
        return kind
    }

    private func invalid(_ attempted: String, _ reason: String) -> SimulatorError {
        SimulatorError(.invalid, attempted: attempted, subject: "/control", reason: reason)
    }

    private func missing(_ what: String, _ name: String) -> SimulatorError {
        SimulatorError(.notFound, attempted: "find \(what)", subject: name, reason: "does not exist")
    }

    private var summary: Value {
        let counters = server.counters
        let clouds = server.clouds.map { cloud -> Value in
            let requests = RequestKind.allCases.map { kind in
                Object.Member(key: kind.rawValue, value: .int(Int64(counters.requests(kind, of: cloud.name))))
            }
            return [
                "name": .string(cloud.name), "project_id": .string(cloud.projectID),
                "servers": .int(Int64(cloud.serverCount)), "ports": .int(Int64(cloud.portCount)),
                "flavors": .int(Int64(cloud.flavorCount)),
                "tokens_issued": .int(Int64(cloud.tokens.withLock { $0.issued })),
                "requests": .object(Object(uniqueMembers: requests)),
            ]
        }
        let statuses = counters.statuses.sorted { $0.key < $1.key }.map { status, count in
            Object.Member(key: String(status), value: .int(Int64(count)))
        }
        return [
            "clouds": .array(clouds), "requests": .int(Int64(counters.total())), "bytes": .int(Int64(counters.bytes)),
            "statuses": .object(Object(uniqueMembers: statuses)), "faults": .array(rules),
            "certificate": server.configuration.tls.map { .string($0.shown.rawValue) } ?? .null,
        ]
    }

    private var rules: [Value] {
        server.faults.rules.map { rule in
            [
                "id": .int(Int64(rule.id)), "seen": .int(Int64(rule.seen)), "hits": .int(Int64(rule.hits)),
                "description": .string("\(rule.fault.effect)"),
            ]
        }
    }
}

extension Change.Outcome {
    fileprivate func value(_ cloud: String) -> Value {
        [
            "cloud": .string(cloud), "action": .string(kind.rawValue), "servers": .array(servers.map(Value.string)),
            "ports": .array(ports.map(Value.string)), "value": value.map(Value.string) ?? .null,
        ]
    }
}
