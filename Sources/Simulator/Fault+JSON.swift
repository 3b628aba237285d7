// SPDX-License-Identifier: Apache-2.0

import Values

extension Fault {
    /// A rule as `/control/faults` takes it:
    ///
    ///     {"effect": "status", "status": 503, "headers": {"Retry-After": "2"}, "body": "{}",
    ///      "cloud": "a", "service": "nova", "kind": "servers", "path": "marker=", "nth": 2}
    ///
    /// | effect | its members |
    /// |---|---|
    /// | latency | seconds, jitter |
    /// | status | status, headers, body |
    /// | truncate, stall | after: a fraction of the body |
    /// | drop, html, empty, link-cycle, garbage | |
    /// | invalid-utf8 | key |
    /// | content-type | type |
    /// | hide | ids, count, seed |
    /// | shorten, duplicate | count |
    /// | link-elsewhere | origin |
    /// | reset, marker-gone, endless-pages | |
    /// | trickle | bytes-per-second |
    /// | oversize | bytes, gzip |
    /// | nest | depth |
    /// | cell-down | ids, count, seed, stubs |
    /// | api-version | version |
    /// | rate | per-second, retry-after |
    ///
    /// When: `nth`, `times` or `probability` with `seed`; else always.
    init(json: Object) throws(SimulatorError) {
        match = Match(
            cloud: json["cloud"]?.string, service: try json.choice("service"), kind: try json.choice("kind"),
            path: json["path"]?.string)
        let seed = UInt64(try json.number("seed", in: 0...1e15) ?? 0)
        if let number = try json.number("nth", in: 1...1e9) {
            trigger = .nth(Int(number))
        } else if let count = try json.number("times", in: 1...1e9) {
            trigger = .times(Int(count))
        } else if let probability = try json.number("probability", in: 0...1) {
            trigger = .probability(probability, seed: seed)
        } else {
            trigger = .always
        }
        if let service = try Self.serviceEffect(json, seed: seed) {
            effect = service
        } else {
            effect = try Self.effect(json, seed: seed)
        }
    }

    /// An effect on a connection, a listing or the whole service; `nil` if it is another.
    private static func serviceEffect(_ json: Object, seed: UInt64) throws(SimulatorError) -> Effect? {
        switch json["effect"]?.string {
        case "reset": return .reset
        case "marker-gone": return .markerGone
        case "endless-pages": return .endlessPages
        case "trickle":
            return .trickle(bytesPerSecond: try json.number("bytes-per-second", in: 0.01...1e9) ?? 100)
        case "oversize":
            let bytes = try json.number("bytes", in: 0...4e9) ?? 32_000_000
            return .oversize(bytes: Int(bytes), gzip: json["gzip"]?.isTruthy ?? false)
        case "nest": return .nest(depth: Int(try json.number("depth", in: 1...1e6) ?? 1000))
        case "cell-down":
            return .cellDown(
                ids: json["ids"]?.array?.compactMap(\.string) ?? [],
                count: Int(try json.number("count", in: 0...1e9) ?? 0), seed: seed,
                stubs: json["stubs"]?.isTruthy ?? false)
        case "api-version": return .apiVersion(json["version"]?.string ?? "")
        case "rate":
            return .rate(
                perSecond: Int(try json.number("per-second", in: 0...1e6) ?? 1),
                retryAfter: json["retry-after"]?.string)
        default: return nil
        }
    }

    private static func effect(_ json: Object, seed: UInt64) throws(SimulatorError) -> Effect {
        let name = try json.required("effect").string ?? ""
        let count = Int(try json.number("count", in: 0...1e9) ?? 0)
        let fraction = try json.number("after", in: 0...1) ?? 0.5
        switch name {
        case "latency":
            return .latency(
                seconds: try json.number("seconds", in: 0...86_400) ?? 0,
                jitter: try json.number("jitter", in: 0...86_400) ?? 0)
        case "status":
            guard let status = try json.number("status", in: 200...599) else {
                throw json.invalid("status", "missing")
            }
            let headers = (json["headers"]?.object?.members ?? []).map { ($0.key, $0.value.string ?? "") }
            return .status(Int(status), headers: headers, body: json["body"]?.string ?? "")
        case "truncate": return .truncate(after: fraction)
        case "stall": return .stall(after: fraction)
        case "drop": return .drop
        case "html": return .html
        case "empty": return .empty
        case "content-type": return .contentType(json["type"]?.string ?? "text/plain")
        case "hide": return .hide(ids: json["ids"]?.array?.compactMap(\.string) ?? [], count: count, seed: seed)
        case "shorten": return .shorten(to: count)
        case "duplicate": return .duplicate(count: count)
        case "link-cycle": return .linkCycle
        case "link-elsewhere":
            guard let origin = json["origin"]?.string else { throw json.invalid("origin", "missing") }
            return .linkElsewhere(origin)
        case "invalid-utf8": return .invalidUTF8(of: json["key"]?.string)
        case "garbage": return .garbage
        default: throw json.invalid("effect", "\"\(name)\" does not exist")
        }
    }
}

extension Object {
    func required(_ key: String) throws(SimulatorError) -> Value {
        guard let value = self[key] else { throw invalid(key, "missing") }
        return value
    }

    /// A number within limits; `nil` if the key is absent.
    func number(_ key: String, in range: ClosedRange<Double>) throws(SimulatorError) -> Double? {
        let number: Double
        switch self[key] {
        case nil: return nil
        case .int32(let value): number = Double(value)
        case .int64(let value): number = Double(value)
        case .double(let value): number = value
        default: throw invalid(key, "not a number")
        }
        guard range.contains(number) else { throw invalid(key, "\(number) is outside \(range)") }
        return number
    }

    /// One of a set of names; `nil` if the key is absent or says "any".
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String
    ) throws(SimulatorError) -> Choice? where Choice.RawValue == String {
        guard let name = self[key]?.string, name != "any" else { return nil }
        guard let choice = Choice(rawValue: name) else {
            throw invalid(key, "\"\(name)\" is none of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    func invalid(_ key: String, _ reason: String) -> SimulatorError {
        SimulatorError(.invalid, attempted: "read", subject: "\"\(key)\"", reason: reason)
    }
}
