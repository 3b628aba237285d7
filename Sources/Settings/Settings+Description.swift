// SPDX-License-Identifier: Apache-2.0

extension Settings: CustomStringConvertible, CustomDebugStringConvertible {
    /// A line for each key: its value, and where it was set. Secrets are "<redacted>", URIs are without passwords.
    package var description: String {
        Schema.entries.map { entry in
            let value = entry.show(self) ?? "(not set)"
            return "\(entry.key) = \(value)" + (places[entry.key].map { "  (\($0))" } ?? "")
        }.joined(separator: "\n")
    }

    package var debugDescription: String { description }
}
