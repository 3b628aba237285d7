// SPDX-License-Identifier: Apache-2.0

package import Pipeline

extension Application {
    /// What `run --once` does, signals aside: one cycle, and the lease of the writer given back.
    package func runOnce() async -> CycleSummary {
        var last = await pipeline.runCycle(1)
        // A lost race is settled by looking again.
        for number in 2...3 where last.racesLost > 0 && !last.wasStopped {
            last = await pipeline.runCycle(number).following(last)
        }
        await lease?.release()
        return last
    }
}

extension CycleSummary {
    /// What the process ends with after a cycle on demand.
    package var exitStatus: Int32 { couldNotRun ? Ending.couldNotRun : isAllWell ? Ending.allWell : Ending.incomplete }
}
