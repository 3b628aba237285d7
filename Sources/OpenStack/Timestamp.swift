// SPDX-License-Identifier: Apache-2.0

/// Times as OpenStack writes them: `2026-11-22T16:46:45.000000Z`, with or without fraction and zone; without a zone it
/// is UTC.
enum Timestamp {
    /// Seconds since 1970; `nil` for any other text.
    static func seconds(_ text: String) -> Double? {
        var rest = Array(text.utf8)[...]
        func number(_ digits: Int, after separator: String) -> Int? {
            for byte in separator.utf8 {
                guard rest.first == byte else { return nil }
                rest.removeFirst()
            }
            guard rest.count >= digits else { return nil }
            var value = 0
            for _ in 0..<digits {
                let digit = Int(rest.removeFirst()) - 0x30
                guard 0...9 ~= digit else { return nil }
                value = value * 10 + digit
            }
            return value
        }
        guard let year = number(4, after: ""), let month = number(2, after: "-"), let day = number(2, after: "-"),
            let hour = number(2, after: "T"), let minute = number(2, after: ":"), let second = number(2, after: ":"),
            1...12 ~= month, 1...31 ~= day, hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction = 0.0
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            var scale = 0.1
            while let byte = rest.first, 0x30...0x39 ~= byte {
                fraction += Double(byte - 0x30) * scale
                scale /= 10
                rest.removeFirst()
            }
        }
        var offset = 0
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            rest.removeFirst()
            guard let hours = number(2, after: ""), let minutes = number(2, after: rest.first == 0x3A ? ":" : "") else {
                return nil
            }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "+") ? 60 : -60)
        } else if rest.first == UInt8(ascii: "Z") {
            rest.removeFirst()
        }
        guard rest.isEmpty else { return nil }
        let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second - offset
        return Double(seconds) + fraction
    }

    /// Days since 1970. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
