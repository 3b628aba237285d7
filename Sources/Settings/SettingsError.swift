// SPDX-License-Identifier: Apache-2.0

/// Everything that is wrong with the settings, all at once. Nothing starts with it, and nothing gets better by trying
/// again.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    package let problems: [Problem]

    package var description: String {
        let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
        return "\(count) with the settings:\n" + problems.map { "- \($0)" }.joined(separator: "\n")
    }

    package struct Problem: Sendable, Equatable, CustomStringConvertible {
        package enum Code: Sendable {
            case unknownKey
            case wrongType
            case outOfRange
            /// The file cannot be read.
            case unreadable
            /// The file is no YAML, or no mapping.
            case malformed
            case setTwice
            case secretOnCommandLine
            /// Two values that exclude each other.
            case conflict
        }

        package let code: Code
        /// The dotted key; a path if a whole file is concerned.
        package let key: String
        /// The value as far as it may be shown.
        package let value: String?
        /// What would be right.
        package let allowed: String
        package let place: Place?

        package var description: String {
            let what =
                switch code {
                case .unknownKey: "unknown key '\(key)'"
                case .wrongType, .outOfRange: "\(key) cannot be"
                case .unreadable: "cannot read \(key)"
                case .malformed: "\(key) is not understood"
                case .setTwice: "\(key) is set twice"
                case .secretOnCommandLine: "\(key) holds a password, which does not belong on the command line:"
                case .conflict: "\(key) does not fit:"
                }
            let shown = value.map { code == .unknownKey ? ", set to \($0)" : " \($0)" } ?? ""
            return "\(place.map { "\($0): " } ?? "")\(what)\(shown); \(allowed)"
        }
    }
}
