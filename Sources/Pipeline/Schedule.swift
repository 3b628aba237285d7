// SPDX-License-Identifier: Apache-2.0

import Values

/// When accounts are asked within a cycle of the service. Moments are those of its timeline, durations in seconds.
struct Schedule: Sendable {
    let start: Double
    let period: Double
    /// The part of the period over which the accounts are spread, from 0 to 1.
    let spread: Double

    /// An account that takes longer counts as slow: it keeps no place from the others, and is slow next time too.
    var patience: Double { period / 4 }

    /// When an account is asked: always as long after the beginning of a cycle, in every run of every instance.
    func moment(of account: String) -> Double {
        let digest = Array(account.utf8).withUnsafeBytes { DigestKey(seed: 0).digest($0) }
        return start + period * spread * Double(digest.low >> 11) / Double(1 << 53)
    }
}
