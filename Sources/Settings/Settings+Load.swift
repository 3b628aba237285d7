// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// Settings and what the operator should know about them.
    package typealias Loaded = (settings: Settings, warnings: [String])

    /// Joins the sources. A flag is stronger than a variable, a variable than the file, the file than the default;
    /// of two variables for one key `VIMWATCH_…` is stronger than `OSMRO_…`. A weaker value is checked all the same.
    ///
    /// - Parameters:
    ///   - file: the settings file, if there is one.
    ///   - environment: all variables of the process.
    ///   - flags: values by flag, as in `["--writer-batch": "500"]`.
    ///   - read: gives the text of a file that a flag names.
    /// - Throws: `SettingsError` with all problems of all sources.
    package static func load(
        file: SettingsFile?, environment: [String: String] = [:], flags: [String: String] = [:],
        read: (String) throws(SettingsFile.ReadError) -> String = SettingsFile.read
    ) throws(SettingsError) -> Loaded {
        try join(file, environment, flags, read: read, problems: [])
    }

    /// Finds the settings file, then joins it with environment and flags.
    ///
    /// - Parameters:
    ///   - path: the value of `--config`.
    ///   - environment: all variables of the process.
    ///   - flags: values by flag.
    package static func load(
        path: String?, environment: [String: String], flags: [String: String]
    ) throws(SettingsError) -> Loaded {
        var file: SettingsFile?
        var problems: [SettingsError.Problem] = []
        do throws(SettingsError) {
            file = try SettingsFile.find(named: path, environment: environment)
        } catch {
            problems = error.problems
        }
        return try join(file, environment, flags, read: SettingsFile.read, problems: problems)
    }

    /// Joins the sources and adds their problems to those already known.
    private static func join(
        _ file: SettingsFile?, _ environment: [String: String], _ flags: [String: String],
        read: (String) throws(SettingsFile.ReadError) -> String, problems: [SettingsError.Problem]
    ) throws(SettingsError) -> Loaded {
        var settings = Settings()
        var problems = problems
        var warnings: [String] = []
        let assignments =
            (file.map { FileSource.read($0, problems: &problems) } ?? [])
            + EnvironmentSource.read(environment, problems: &problems, warnings: &warnings)
            + FlagSource.read(flags, read: read, problems: &problems)
        for assignment in assignments {
            do throws(SettingsError.Problem) {
                try assignment.apply(to: &settings)
            } catch {
                problems.append(error)
            }
        }
        problems += settings.conflicts
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        warnings += settings.normalisePeriod()
        return (settings, warnings)
    }

    /// Pairs of keys that must be in order.
    private var conflicts: [SettingsError.Problem] {
        func conflict(_ key: String, _ value: String, _ allowed: String) -> SettingsError.Problem {
            SettingsError.Problem(code: .conflict, key: key, value: value, allowed: allowed, place: places[key])
        }
        var conflicts: [SettingsError.Problem] = []
        if channel.low > channel.high {
            conflicts.append(
                conflict("channel.low", "\(channel.low)", "it must be at most channel.high (\(channel.high))"))
        }
        if poll.backoff > poll.backoffMax {
            let most = YAMLText.number(poll.backoffMax.inSeconds)
            conflicts.append(
                conflict(
                    "poll.backoff", YAMLText.number(poll.backoff.inSeconds),
                    "it must be at most poll.backoff_max (\(most))"))
        }
        let requests = (concurrency.accounts + concurrency.slowAccounts) * concurrency.requestsPerAccount
        if requests > http.maxConnections {
            conflicts.append(
                conflict(
                    "http.max_connections", "\(http.maxConnections)",
                    "it must be at least (concurrency.accounts + concurrency.slow_accounts) × "
                        + "concurrency.requests_per_account (\(requests))"))
        }
        return conflicts
    }
}
