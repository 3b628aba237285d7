// SPDX-License-Identifier: Apache-2.0

import OpenStack
package import Values

/// What of a kept document cannot be understood.
package struct HoldDamage: Error, CustomStringConvertible {
    let field: String

    package var description: String { "\(field) is missing or damaged" }
}

extension HoldState {
    package init(document: Object) throws(HoldDamage) {
        absentSince = try document.times("absent", "since")
        held = Set(try document.texts("held"))
        alarm = try document.optional("alarm") { (alarm) throws(HoldDamage) in try Alarm(document: alarm) }
        identity = try document.optional("identity") { (identity) throws(HoldDamage) in
            try VIMIdentity(document: identity)
        }
        approved = try document.times("approved", "expires")
        takenUp = try document["taken_up"]?.isNull ?? true ? nil : document.time("taken_up")
    }

    package var document: Object {
        [
            "absent": .times(absentSince, "since"),
            "held": .array(held.sorted().map(Value.string)),
            "alarm": alarm.map { .object($0.document) } ?? .null,
            "identity": identity.map { .object($0.document) } ?? .null,
            "approved": .times(approved, "expires"),
            "taken_up": takenUp.map(Value.double) ?? .null,
        ]
    }
}

extension HoldState.Alarm {
    fileprivate init(document: Object) throws(HoldDamage) {
        guard let reason = HoldPolicy.Reason(rawValue: try document.text("reason")) else {
            throw HoldDamage(field: "reason")
        }
        self.init(reason, since: try document.time("since"), changes: try document.texts("changes"))
    }

    fileprivate var document: Object {
        [
            "reason": .string(reason.rawValue), "since": .double(since),
            "changes": .array(changes.map(Value.string)),
        ]
    }
}

extension HoldState.Approval {
    init(document: Object) throws(HoldDamage) {
        self.init(servers: Set(try document.texts("servers")), expires: try document.time("expires"))
    }

    var document: Object {
        ["servers": .array(servers.sorted().map(Value.string)), "expires": .double(expires)]
    }
}

extension VIMIdentity {
    fileprivate init(document: Object) throws(HoldDamage) {
        self.init(
            userID: try document.text("user"), projectID: try document.text("project"),
            computeEndpoint: try document.text("endpoint"), url: try document.text("url")
        )
    }

    fileprivate var document: Object {
        [
            "user": .string(userID), "project": .string(projectID),
            "endpoint": .string(computeEndpoint), "url": .string(url),
        ]
    }
}

extension Object {
    fileprivate func text(_ key: String) throws(HoldDamage) -> String {
        guard let text = self[key]?.string else { throw HoldDamage(field: key) }
        return text
    }

    fileprivate func texts(_ key: String) throws(HoldDamage) -> [String] {
        let list = self[key]?.array
        guard let texts = list?.compactMap(\.string), texts.count == list?.count else { throw HoldDamage(field: key) }
        return texts
    }

    /// Seconds since 1970, as any kind of number: people edit documents too.
    fileprivate func time(_ key: String) throws(HoldDamage) -> Double {
        switch self[key] {
        case .double(let value)? where value.isFinite: return value
        case .int32(let value)?: return Double(value)
        case .int64(let value)?: return Double(value)
        default: throw HoldDamage(field: key)
        }
    }

    /// A list of objects that hold an id and a time.
    fileprivate func times(_ key: String, _ time: String) throws(HoldDamage) -> [String: Double] {
        guard let list = self[key]?.array else { throw HoldDamage(field: key) }
        var times: [String: Double] = [:]
        for entry in list {
            guard let entry = entry.object else { throw HoldDamage(field: key) }
            times[try entry.text("id")] = try entry.time(time)
        }
        return times
    }

    /// An object that may be missing or null.
    fileprivate func optional<Content>(
        _ key: String, _ read: (Object) throws(HoldDamage) -> Content
    ) throws(HoldDamage) -> Content? {
        switch self[key] {
        case nil, .null?: return nil
        case .object(let object)?: return try read(object)
        default: throw HoldDamage(field: key)
        }
    }
}

extension Value {
    fileprivate static func times(_ times: [String: Double], _ time: String) -> Value {
        .array(
            times.sorted { $0.key < $1.key }.map { .object(["id": .string($0.key), time: .double($0.value)]) }
        )
    }
}
