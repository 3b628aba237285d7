// SPDX-License-Identifier: Apache-2.0

import AsyncAlgorithms
import BSON
import Benchmark
import Inventory
import JSON
import PyYAML
import Records
import Values

/// The steps of a cycle one by one. How many objects they allocate repeats from run to run and has limits; the wall time
/// is for people.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.objects, .cpuUser, .wallClock, .throughput], maxDuration: .seconds(2), maxIterations: 1_000_000
    )
    guard let sample = try? Sample(), let update = try? sample.compare(status: "SHUTOFF").update,
        let unchanged = try? sample.observation(status: "ACTIVE"),
        let changed = try? sample.observation(status: "SHUTOFF")
    else { preconditionFailure("the sample cannot be compared") }
    let digestKey = DigestKey(seed: 1)
    let values = [Value.object(sample.server), .object(sample.port)]

    measureStep("splitter, page of \(Sample.count) servers, with keys and digests") {
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

    measureStep("JSON decoder, page of \(Sample.count) servers") { blackHole(try JSON.parse(sample.page)) }

    measureStep("YAML, a server and a port", scaledBy: .kilo) {
        for value in values { blackHole(try PyYAML.dump(value)) }
    }

    measureStep("BSON walk, _id of a record", scaledBy: .kilo) {
        let id = try sample.recordBytes.withUnsafeBytes { bytes in
            try BSONView(validating: bytes).element("_id")?.string()
        }
        blackHole(id)
    }

    measureStep("BSON decoder, a record", scaledBy: .kilo) { blackHole(try BSON.decode(sample.recordBytes)) }

    for (name, observation) in [("nothing to write", unchanged), ("status changed", changed)] {
        measureStep("compare, \(name)", scaledBy: .kilo) {
            blackHole(
                RecordComparison(
                    record: sample.record, observations: [observation], account: Sample.account, rules: Rules()))
        }
    }

    measureStep("guarded update as BSON", scaledBy: .kilo) { blackHole(try GuardedUpdate(update).encoded()) }

    // Two tasks on two threads: what they allocate depends on who waits for whom.
    let wallClock = Benchmark.Configuration(metrics: [.cpuUser, .wallClock, .throughput], scalingFactor: .kilo)
    Benchmark("channel hop", configuration: wallClock) { benchmark in
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
