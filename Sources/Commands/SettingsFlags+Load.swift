// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Settings

extension SettingsFlags {
    /// Joins flags, environment and file. Tells all problems and ends the command if there are any.
    func load() throws -> Settings {
        do throws(SettingsError) {
            let (settings, warnings) = try Settings.load(
                path: config, environment: ProcessInfo.processInfo.environment, flags: values
            )
            for warning in warnings { Terminal.complain("warning: \(warning)") }
            return settings
        } catch {
            for problem in error.problems { Terminal.complain("error: \(problem)") }
            throw ExitCode(Ending.couldNotRun)
        }
    }
}
