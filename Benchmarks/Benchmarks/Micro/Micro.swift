// SPDX-License-Identifier: Apache-2.0

import AsyncAlgorithms
import BSON
import Benchmark
import Inventory
import JSON
import PyYAML
import Records
import Values

/// The steps of a cycle one by one. What is counted repeats from run to run; the wall time is for people.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.objectAllocCount, .cpuUser, .wallClock, .throughput], maxDuration: .seconds(2),
        maxIterations: 1_000_000
    )
    guard let sample = try? Sample(), let update = try? sample.compare(status: "SHUTOFF").update else {
        preconditionFailure("the sample cannot be compared")
    }
    let digestKey = DigestKey(seed: 1)
    let values = [Value.object(sample.server), .object(sample.port)]

    Benchmark("splitter, page of \(Sample.count) servers, with keys and digests") { benchmark in
        for _ in benchmark.scaledIterations {
            var splitter = ListingSplitter(key: "servers")
            try sample.page.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws -> Void in
                // As libcurl hands it over.
                for start in stride(from: 0, to: bytes.count, by: 16_384) {
                    let chunk = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + 16_384, bytes.count)])
                    try splitter.consume(chunk) { object in
                        blackHole(object.idKey)
                        blackHole(digestKey.digest(object.bytes))
                    }
                }
            }
            blackHole(try splitter.finish())
        }
    }

    Benchmark("JSON decoder, page of \(Sample.count) servers") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try JSON.parse(sample.page)) }
    }

    Benchmark("YAML, a server and a port", configuration: .init(scalingFactor: .kilo)) { benchmark in
        for _ in benchmark.scaledIterations {
            for value in values { blackHole(try PyYAML.dump(value)) }
        }
    }

    Benchmark("BSON walk, _id of a record", configuration: .init(scalingFactor: .kilo)) { benchmark in
        for _ in benchmark.scaledIterations {
            let id = try sample.recordBytes.withUnsafeBytes { bytes in
                try BSONView(validating: bytes).element("_id")?.string()
            }
            blackHole(id)
        }
    }

    Benchmark("BSON decoder, a record", configuration: .init(scalingFactor: .kilo)) { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try BSON.decode(sample.recordBytes)) }
    }

    Benchmark("compare, nothing to write", configuration: .init(scalingFactor: .kilo)) { benchmark in
        let observation = try sample.observation(status: "ACTIVE")
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            blackHole(
                RecordComparison(
                    record: sample.record, observations: [observation], account: Sample.account, rules: Rules()))
        }
    }

    Benchmark("compare, status changed", configuration: .init(scalingFactor: .kilo)) { benchmark in
        let observation = try sample.observation(status: "SHUTOFF")
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            blackHole(
                RecordComparison(
                    record: sample.record, observations: [observation], account: Sample.account, rules: Rules()))
        }
    }

    Benchmark("guarded update as BSON", configuration: .init(scalingFactor: .kilo)) { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try GuardedUpdate(update).encoded()) }
    }

    Benchmark("channel hop", configuration: .init(scalingFactor: .kilo)) { benchmark in
        let channel = AsyncChannel<RecordUpdate>()
        let count = benchmark.scaledIterations.count
        await withDiscardingTaskGroup { group in
            group.addTask {
                for _ in 0..<count { await channel.send(update) }
                channel.finish()
            }
            for await _ in channel {}
        }
    }
}
