// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OpenStack

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-22T16:46:45.000000Z", 1_795_366_005),
        ("2026-11-22T16:46:45", 1_795_366_005),
        ("2000-02-29T23:59:60Z", 951_868_800), ("2026-11-22T18:46:45+02:00", 1_795_366_005),
        ("2026-11-22T11:46:45.25-0500", 1_795_366_005.25), ("1969-12-31T23:59:59Z", -1),
        ("2099-01-01T00:00:00.000000Z", 4_070_908_800),
    ])
    func times(text: String, seconds: Double) { #expect(Timestamp.seconds(text) == seconds) }

    @Test(arguments: [
        "", "2026", "2026-11-22", "2026-11-22 16:46:45", "2026-11-22T16:46:45ZZ", "2026-00-22T16:46:45Z",
        "2026-11-32T16:46:45Z", "2026-11-22T24:46:45Z", "2026-11-22T16:46:45+2", "2026-11-22T16:46:4",
        "x026-11-22T16:46:45Z",
    ])
    func otherTexts(text: String) { #expect(Timestamp.seconds(text) == nil) }
}
