// SPDX-License-Identifier: Apache-2.0

import Values

extension CloudSettings {
    /// Takes what `/control/NAME/settings` was given, all or nothing: `user`, `password`, `project`, `new-project-id`
    /// (null: the old one again), `token-lifetime`, `shown-token-lifetime` (null: the true one), `clock-skew`,
    /// `newest-microversion`, `nova-max-limit`.
    mutating func change(by json: Object) throws(SimulatorError) {
        for member in json.members {
            switch member.key {
            case "user": user = try json.text(member.key)
            case "password": password = try json.text(member.key)
            case "project": project = try json.text(member.key)
            case "new-project-id": newProjectID = try member.value.isNull ? nil : json.text(member.key)
            case "token-lifetime": tokenLifetime = try json.number(member.key, in: 0...1e9) ?? tokenLifetime
            case "shown-token-lifetime":
                shownTokenLifetime = try member.value.isNull ? nil : json.number(member.key, in: -1e9...1e9)
            case "clock-skew": clockSkew = try json.number(member.key, in: -1e9...1e9) ?? 0
            case "newest-microversion":
                newestMicroversion = Int(try json.number(member.key, in: 1...1000) ?? 1)
            case "nova-max-limit": novaMaxLimit = Int(try json.number(member.key, in: 1...1e9) ?? 1)
            default: throw json.invalid(member.key, "no such setting")
            }
        }
    }
}

extension Object {
    fileprivate func text(_ key: String) throws(SimulatorError) -> String {
        guard let text = self[key]?.string else { throw invalid(key, "not a text") }
        return text
    }
}
