// SPDX-License-Identifier: Apache-2.0

/// How often the clouds are asked.
package enum PollInterval: Sendable, Equatable {
    case every(seconds: Double)
    /// The service stays up and polls nothing; the reason is for the operator.
    case idle(reason: String)
}

extension Settings {
    /// The smallest period of NG-RO's monitor, and its default.
    static let smallestPeriod = 60.0

    /// `poll.interval` if it is set, else `period.refresh_active`, where -1 means never.
    ///
    /// OSM's chart sets -1 to silence RO's own monitor: `poll.interval` overrules it, so that VIMWatch can be told to
    /// work beside it. `run --once` and `plan` do not ask.
    package var pollInterval: PollInterval {
        if let interval = poll.interval { return .every(seconds: interval.inSeconds) }
        guard period.refreshActive == -1 else { return .every(seconds: period.refreshActive) }
        let place = places["period.refresh_active"].map { " (\($0))" } ?? ""
        return .idle(
            reason: "period.refresh_active is -1\(place), which switches polling off; set poll.interval to poll")
    }

    /// Makes `period.refresh_active` what NG-RO's monitor makes of it: at least 60, or -1; anything else is 60.
    mutating func normalisePeriod() -> [String] {
        let asked = period.refreshActive
        guard asked != -1, asked < Self.smallestPeriod else { return [] }
        period.refreshActive = Self.smallestPeriod
        let place = places["period.refresh_active"].map { " (\($0))" } ?? ""
        return [
            "period.refresh_active is \(YAMLText.number(asked))\(place); it must be -1 or at least 60, so 60 is used; "
                + "poll.interval allows shorter intervals"
        ]
    }
}

extension Duration {
    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
