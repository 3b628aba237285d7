// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Settings

/// `period.refresh_active` as NG-RO's monitor takes it, as recorded from it, and `poll.interval`, which overrules it.
@Suite struct PollIntervalTests {
    struct Case: Sendable {
        let text: String
        let seconds: Double?
        let warns: Bool
    }

    static let cases = [
        Case(text: "", seconds: 60, warns: false),
        Case(text: "60", seconds: 60, warns: false),
        Case(text: "60.0", seconds: 60, warns: false),
        Case(text: "90.5", seconds: 90.5, warns: false),
        Case(text: "3600", seconds: 3600, warns: false),
        Case(text: "-1", seconds: nil, warns: false),
        Case(text: "-1.0", seconds: nil, warns: false),
        Case(text: "0", seconds: 60, warns: true),
        Case(text: "30", seconds: 60, warns: true),
        Case(text: "59.999", seconds: 60, warns: true),
        Case(text: "-2", seconds: 60, warns: true),
        Case(text: "-0.5", seconds: 60, warns: true),
        Case(text: "-1e300", seconds: 60, warns: true),
        Case(text: "-.inf", seconds: 60, warns: true),
        Case(text: "true", seconds: 60, warns: true),
        Case(text: "false", seconds: 60, warns: true),
    ]

    @Test("period.refresh_active alone", arguments: cases)
    func period(_ test: Case) throws {
        let file = SettingsFile(path: "f", text: "period: {refresh_active: \(test.text)}")
        let (settings, warnings) = try Settings.load(file: file)
        if let seconds = test.seconds {
            #expect(settings.pollInterval == .every(seconds: seconds))
        } else {
            guard case .idle(let reason) = settings.pollInterval else { throw LoadTests.Unexpected() }
            #expect(reason.contains("period.refresh_active is -1 (f:1)") && reason.contains("set poll.interval"))
        }
        #expect(warnings.count == (test.warns ? 1 : 0))
        if test.warns {
            #expect(warnings[0].contains("period.refresh_active") && warnings[0].contains("(f:1)"))
            #expect(warnings[0].contains("60 is used"))
        }
    }

    @Test("poll.interval wins over any period", arguments: cases)
    func interval(_ test: Case) throws {
        for text in ["1", "2.5", "86400"] {
            let (settings, _) = try Settings.load(
                file: SettingsFile(path: "f", text: "period: {refresh_active: \(test.text)}\npoll: {interval: \(text)}")
            )
            #expect(settings.pollInterval == .every(seconds: Double(text) ?? 0))
        }
    }

    @Test("without any source it is 60, and a bare Settings says the same of -1")
    func bare() throws {
        #expect(try Settings.load(file: nil).settings.pollInterval == .every(seconds: 60))
        var settings = Settings()
        settings.period.refreshActive = -1
        guard case .idle(let reason) = settings.pollInterval else { throw LoadTests.Unexpected() }
        #expect(reason.hasPrefix("period.refresh_active is -1, "))
    }
}
