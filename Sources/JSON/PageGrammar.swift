// SPDX-License-Identifier: Apache-2.0

import Values

/// What may follow what between the values of a page.
struct PageGrammar {
    enum Phase { case start, firstKey, key, colon, value, afterValue, firstElement, element, afterElement, end }

    /// Which member of the page a value belongs to.
    enum Member { case listing, links, other }

    let key: String
    let linksKey: String
    private(set) var phase = Phase.start
    private(set) var member = Member.other
    private var hasListing = false

    init(key: String) {
        self.key = key
        linksKey = key + "_links"
    }

    /// Takes a byte that is not white space; false if a value begins with it, which is the caller's to follow.
    mutating func take(_ byte: UInt8) throws(JSONError.Reason) -> Bool {
        switch (phase, byte) {
        case (.start, .openBrace): phase = .firstKey
        case (.start, 0xEF): throw .byteOrderMark
        case (.firstKey, .quote), (.key, .quote): return false
        case (.colon, .colon): phase = .value
        case (.value, .openBracket) where member == .listing:
            hasListing = true
            phase = .firstElement
        case (.value, _) where member == .listing: throw .notAnArray(key: key)
        case (.value, .comma), (.value, .colon), (.value, .closeBrace), (.value, .closeBracket): throw unexpected(byte)
        case (.value, _): return false
        case (.firstElement, .closeBracket), (.afterElement, .closeBracket): phase = .afterValue
        case (.firstElement, .openBrace), (.element, .openBrace): return false
        case (.firstElement, _), (.element, _): throw .notAnObject(key: key)
        case (.afterElement, .comma): phase = .element
        case (.afterValue, .comma): phase = .key
        case (.firstKey, .closeBrace), (.afterValue, .closeBrace):
            guard hasListing else { throw .noListing(key: key) }
            phase = .end
        case (.end, _): throw .trailingBytes
        default: throw unexpected(byte)
        }
        return true
    }

    /// Takes a key of the page.
    mutating func takeKey(_ name: String) throws(JSONError.Reason) {
        member = name.isIdentical(toText: key) ? .listing : name.isIdentical(toText: linksKey) ? .links : .other
        if member == .listing, hasListing { throw .repeatedListing(key: key) }
        phase = .colon
    }

    /// Takes the value of a member other than the listing.
    mutating func takeValue() { phase = .afterValue }

    /// Whether the value that begins is an object of the listing.
    var isAtElement: Bool { phase == .firstElement || phase == .element }

    /// Takes an object of the listing.
    mutating func takeElement() { phase = .afterElement }

    private func unexpected(_ byte: UInt8) -> JSONError.Reason {
        let expected =
            switch phase {
            case .start: "\"{\""
            case .firstKey: "a key or \"}\""
            case .key: "a key"
            case .colon: "\":\""
            case .value: "a value"
            case .afterValue: "\",\" or \"}\""
            case .firstElement, .element: "an object"
            case .afterElement: "\",\" or \"]\""
            case .end: "nothing"
            }
        return .unexpectedByte(byte, expected: expected)
    }
}
