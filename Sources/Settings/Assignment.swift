// SPDX-License-Identifier: Apache-2.0

/// What one source says about one key, not yet checked.
struct Assignment {
    let entry: Entry
    let written: Written
    let place: Place

    /// Puts the value into the settings; a null says nothing, so that what is weaker stays.
    func apply(to settings: inout Settings) throws(SettingsError.Problem) {
        guard written.content != .null else { return }
        do throws(Mismatch) {
            try entry.assign(written, &settings)
        } catch {
            throw problem(error)
        }
        settings.places[entry.key] = place
    }

    private func problem(_ mismatch: Mismatch) -> SettingsError.Problem {
        let value =
            switch written.content {
            case .list: "a list"
            case .mapping: "a mapping"
            default: entry.kind.shown(written.text)
            }
        return SettingsError.Problem(
            code: mismatch == .type ? .wrongType : .outOfRange, key: entry.key, value: value,
            allowed: "it must be \(entry.allowed)\(hint)", place: place)
    }

    /// A text that YAML takes for something else: a password of digits, a name like "no".
    private var hint: String {
        guard entry.kind.takesRawText else { return "" }
        return switch written.content {
        case .boolean, .integer, .number: ", in quotes"
        case .text where written.text.isEmpty: ", not empty"
        default: ""
        }
    }
}

extension SettingsError.Problem: Error {}

extension SettingsError.Problem {
    /// A key that is in no table.
    static func unknown(_ key: String, value: String?, place: Place) -> SettingsError.Problem {
        let section = Schema.sections.first { $0.name == key.prefix { $0 != "." } }
        let known =
            section.map { "known in \($0.name): " + $0.entries.map(\.name).joined(separator: ", ") }
            ?? "known sections: " + Schema.sections.map(\.name).joined(separator: ", ")
        return SettingsError.Problem(
            code: .unknownKey, key: key, value: value.map { shown($0, of: key) }, allowed: known, place: place)
    }

    /// The value of an unknown key, unless it may be a secret under a misspelt name.
    private static func shown(_ value: String, of key: String) -> String {
        let key = key.lowercased()
        let isSuspicious =
            key.hasPrefix("database") || value.contains("@") || value.contains("://")
            || ["pass", "pw", "secret", "key", "token", "cred", "auth"].contains { key.contains($0) }
        return isSuspicious ? "<redacted>" : "'\(value)'"
    }
}
