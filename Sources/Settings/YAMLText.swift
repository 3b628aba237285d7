// SPDX-License-Identifier: Apache-2.0

/// Values as YAML, for `config.yaml`, the reference page and messages.
enum YAMLText {
    /// The shortest text of a number: "30", "0.2".
    static func number(_ value: Double) -> String {
        Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    /// Text that reads back as text.
    static func text(_ value: String) -> String {
        let isPlain =
            Written(plain: value).content == .text
            && value.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isPlain
            ? value : "'\(value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    }
}
