// SPDX-License-Identifier: Apache-2.0

/// Reads `OSMRO_<SECTION>_<KEY>`, as NG-RO does, and `VIMWATCH_<SECTION>_<KEY>`, which is stronger and strict.
///
/// Numbers and booleans are YAML scalars; text is taken as it is. An empty variable counts as not set.
enum EnvironmentSource {
    /// Variables that are no keys: the path of the settings file, and the seed of tests, which run the program too.
    static let others: Set<String> = ["VIMWATCH_CONFIG", "VIMWATCH_SEED"]

    /// - Returns: what is set, the weaker first.
    static func read(
        _ environment: [String: String], problems: inout [SettingsError.Problem], warnings: inout [String]
    ) -> [Assignment] {
        var assignments: [Assignment] = []
        var unknown: [String] = []
        // "OSMRO_" comes before "VIMWATCH_".
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
            let isOurs = name.hasPrefix("VIMWATCH_")
            guard isOurs || name.hasPrefix("OSMRO_"), !others.contains(name) else { continue }
            if let entry = Schema.byEnvironmentName[name] {
                guard !value.isEmpty else { continue }
                let written = entry.kind.takesRawText ? Written(.text, value) : Written(yaml: value)
                assignments.append(Assignment(entry: entry, written: written, place: .environment(name)))
            } else if !isOurs {
                if !Foreign.isIgnored(osmro: name) { unknown.append(name) }
            } else if !Foreign.isServiceLink(name: name, value: value) {
                problems.append(.unknown(key(of: name), value: value, place: .environment(name)))
            }
        }
        if !unknown.isEmpty { warnings.append("unknown variables are ignored: \(unknown.joined(separator: ", "))") }
        return assignments
    }

    /// The key that a variable seems to mean: the first underscore parts section and name.
    private static func key(of name: String) -> String {
        let name = name.dropFirst("VIMWATCH_".count).lowercased()
        guard let underscore = name.firstIndex(of: "_") else { return name }
        return "\(name[..<underscore]).\(name[name.index(after: underscore)...])"
    }
}
