// SPDX-License-Identifier: Apache-2.0

/// Reads flags: `--section-key value`, and `--section-key-file path` for what is or may hold a secret.
enum FlagSource {
    typealias Problem = SettingsError.Problem

    /// - Parameters:
    ///   - flags: values by flag, with its dashes.
    ///   - read: gives the text of a file.
    static func read(
        _ flags: [String: String], read: (String) throws(SettingsFile.ReadError) -> String,
        problems: inout [Problem]
    ) -> [Assignment] {
        var assignments: [Assignment] = []
        var rest = flags
        for entry in Schema.entries {
            let direct = entry.flag.flatMap { flag in rest.removeValue(forKey: flag).map { (flag, $0) } }
            let file = entry.fileFlag.flatMap { flag in rest.removeValue(forKey: flag).map { (flag, $0) } }
            if let (flag, _) = direct, let (other, _) = file {
                problems.append(
                    Problem(
                        code: .setTwice, key: entry.key, value: nil, allowed: "\(flag) and \(other) exclude each other",
                        place: .flag(flag)))
            } else if let (flag, text) = direct {
                guard !isSecret(entry, text) else {
                    problems.append(
                        Problem(
                            code: .secretOnCommandLine, key: entry.key, value: entry.kind.shown(text),
                            allowed: "use \(entry.environmentNames[0]) or \(entry.fileFlag ?? "the file")",
                            place: .flag(flag)))
                    continue
                }
                let written = entry.kind.takesRawText ? Written(.text, text) : Written(yaml: text)
                assignments.append(Assignment(entry: entry, written: written, place: .flag(flag)))
            } else if let (flag, path) = file {
                do throws(SettingsFile.ReadError) {
                    let text = withoutNewline(try read(path))
                    assignments.append(Assignment(entry: entry, written: Written(.text, text), place: .flag(flag)))
                } catch {
                    problems.append(
                        Problem(code: .unreadable, key: path, value: nil, allowed: error.reason, place: .flag(flag)))
                }
            }
        }
        for flag in rest.keys.sorted() {
            problems.append(
                Problem(code: .unknownKey, key: flag, value: nil, allowed: "see --help", place: .flag(flag)))
        }
        return assignments
    }

    private static func isSecret(_ entry: Entry, _ text: String) -> Bool {
        guard case .uri = entry.kind, !text.isEmpty else { return false }
        return URIText.holdsPassword(text)
    }

    private static func withoutNewline(_ text: String) -> String {
        // A carriage return and a line feed are one character to Swift.
        text.last?.isNewline == true ? String(text.dropLast()) : text
    }
}
