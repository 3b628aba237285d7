// SPDX-License-Identifier: Apache-2.0

/// What a setting holds and within which bounds.
package enum Kind: Sendable, Equatable {
    case text
    /// Text that is never shown and never given on the command line.
    case secret
    /// A URI that may hold a password: shown without it, and refused with it on the command line.
    case uri(schemes: [String])
    case boolean
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case seconds(ClosedRange<Double>)
    /// Seconds within the range, or -1 for never; any smaller number is taken too and counts as the least of the range.
    case period(ClosedRange<Double>)
    case choice([String])

    /// What is allowed, for errors, help and the reference page.
    package var allowed: String {
        switch self {
        case .text: "text"
        case .secret: "text (secret)"
        case .uri(let schemes): "a URI with " + schemes.map { $0 + "://" }.joined(separator: ", ")
        case .boolean: "true or false"
        case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            "a number from \(YAMLText.number(range.lowerBound)) to \(YAMLText.number(range.upperBound))"
        case .seconds(let range):
            "seconds from \(YAMLText.number(range.lowerBound)) to \(YAMLText.number(range.upperBound))"
        case .period(let range):
            "-1, or seconds from \(YAMLText.number(range.lowerBound)) to \(YAMLText.number(range.upperBound))"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        }
    }

    /// The name of the value in the help of its flag.
    var valueName: String {
        switch self {
        case .text: "text"
        case .secret: "file"
        case .uri: "uri"
        case .boolean: "true|false"
        case .integer: "integer"
        case .number: "number"
        case .seconds, .period: "seconds"
        case .choice(let words): words.joined(separator: "|")
        }
    }

    /// Environment variables and flags give text as it is; anything else is read as a YAML scalar.
    var takesRawText: Bool {
        switch self {
        case .text, .secret, .uri, .choice: true
        case .boolean, .integer, .number, .seconds, .period: false
        }
    }

    /// The value as an error or a table may show it.
    func shown(_ text: String) -> String {
        switch self {
        case .secret: "<redacted>"
        case .uri(let schemes): URIText.isValid(text, schemes: schemes) ? URIText.redacted(text) : "<redacted>"
        default: "'\(text)'"
        }
    }
}
