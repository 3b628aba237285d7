// SPDX-License-Identifier: Apache-2.0

/// Seconds since 1970 and OpenStack's ways of writing them, always UTC.
struct Timestamp: Sendable {
    var seconds: Int64

    /// `2026-11-22T15:25:30Z`: `created`, `updated` and Neutron's times.
    var text: String { "\(date)T\(time)Z" }

    /// `2026-11-22T16:46:44.000000Z`: Keystone's times.
    var microseconds: String { "\(date)T\(time).000000Z" }

    /// `2026-11-22T15:25:47.000000`: Nova's `OS-SRV-USG` times, without a zone.
    var withoutZone: String { "\(date)T\(time).000000" }

    private var time: String {
        let second = seconds - days * 86_400
        return "\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
    }

    private var days: Int64 { (seconds - (seconds < 0 ? 86_399 : 0)) / 86_400 }

    /// The civil date of a day number. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private var date: String {
        let shifted = days + 719_468
        let era = (shifted - (shifted < 0 ? 146_096 : 0)) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return "\(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))-\(padded(month))-\(padded(day))"
    }

    private func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
