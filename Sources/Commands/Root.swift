// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser

/// `vimwatch`: its commands and their common help.
package struct Root: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "vimwatch",
        abstract: "Keeps the VM records of ETSI OSM true to what OpenStack really runs.",
        discussion: """
            EXAMPLES
              vimwatch demo                                  see it at work, nothing else needed
              vimwatch run --once --database-uri mongodb://localhost:27017
              vimwatch run --dry-run                         compare for ever, write nothing
              vimwatch simulate --vims 3 --vms 200           an OpenStack to try things on

            Settings come from flags, the environment (OSMRO_*, VIMWATCH_*) and config.yaml, in this order.
            """,
        version: "0.1.0",
        subcommands: [Run.self, Approve.self, Simulate.self, Demo.self]
    )

    package init() {}
}

/// How a command ends, as the process tells it.
enum Ending {
    static let allWell: Int32 = 0
    /// It could not run.
    static let couldNotRun: Int32 = 1
    /// It ran, but some account or VM failed or is held.
    static let incomplete: Int32 = 3
}
