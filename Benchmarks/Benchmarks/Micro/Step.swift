// SPDX-License-Identifier: Apache-2.0

import AllocationCount
import Benchmark

extension BenchmarkMetric {
    /// Objects that were allocated. Not benchmark's own `objectAllocCount`: counting that crashes with Swift 6.3 on Linux.
    static let objects = BenchmarkMetric.custom("objectAllocations")
}

/// Measures a step that one thread takes: its time, and how many objects it allocates.
func measureStep(_ name: String, scaledBy scale: BenchmarkScalingFactor = .one, _ step: @escaping () throws -> Void) {
    Benchmark(name, configuration: .init(scalingFactor: scale)) { benchmark in
        let iterations = benchmark.scaledIterations
        benchmark.startMeasurement()
        allocation_count_begin()
        let outcome = Result { for _ in iterations { try step() } }
        let objects = allocation_count_end()
        benchmark.stopMeasurement()
        try outcome.get()
        benchmark.measurement(.objects, Int(objects))
    }
}
