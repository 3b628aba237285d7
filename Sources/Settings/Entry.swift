// SPDX-License-Identifier: Apache-2.0

/// One row of the schema table: all that is known about one key.
package struct Entry: Sendable {
    package enum Origin: Sendable {
        /// NG-RO has the same key with the same meaning; `OSMRO_…` sets it too.
        case kept
        case ours
    }

    /// Section and name, joined by a dot.
    package let key: String
    package let kind: Kind
    /// What a number counts; empty if that goes without saying.
    package let unit: String
    /// One sentence without full stop.
    package let help: String
    package let origin: Origin

    /// Sets the value in the settings.
    let assign: @Sendable (Written, inout Settings) throws(Mismatch) -> Void
    /// The value as YAML, as a table may show it; `nil` if there is none.
    let show: @Sendable (Settings) -> String?

    package var section: String { String(key.prefix { $0 != "." }) }
    package var name: String { String(key.dropFirst(section.count + 1)) }

    /// The default as YAML; `nil` if there is none.
    package var defaultText: String? { show(Settings()) }

    /// What is allowed, with its unit.
    package var allowed: String {
        unit.isEmpty ? kind.allowed : "\(kind.allowed) (\(unit))"
    }

    /// The flag that takes the value itself, with its dashes; secrets have none, for a command line can be read by
    /// every user of the machine.
    package var flag: String? { kind == .secret ? nil : flagName }

    /// The flag that names a file with the value, for what is or may hold a secret.
    package var fileFlag: String? {
        switch kind {
        case .secret, .uri: flagName + "-file"
        default: nil
        }
    }

    private var flagName: String { "--" + key.map { $0 == "." || $0 == "_" ? "-" : String($0) }.joined() }

    /// The variables that set it, the stronger one first.
    package var environmentNames: [String] {
        let name = key.map { $0 == "." ? "_" : String($0) }.joined().uppercased()
        return origin == .kept ? ["VIMWATCH_" + name, "OSMRO_" + name] : ["VIMWATCH_" + name]
    }
}
