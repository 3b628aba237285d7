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
        metrics: [.objects, .cpuUser, .wallClock, .throughput], maxDuration: .seconds(2), maxIterations: 1_000_000,
        // Hash tables differ a little from process to process.
        thresholds: [.objects: .init(relative: [.p90: 2])]
    )
    guard let sample = try? Sample(), let update = try? sample.update(status: "SHUTOFF"),
        let unchanged = try? sample.observation(status: "ACTIVE"),
        let changed = try? sample.observation(status: "SHUTOFF")
    else { preconditionFailure("the sample cannot be compared") }
    let texts = [sample.server, sample.port].map { JSON.serialize(.object($0)) }
    let digestKey = DigestKey(seed: 1)

    // Names without blanks: the files of limits are named by them.

    // A page of a thousand servers, with keys and digests.
    measureStep("splitter") {
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

    // The same page.
    measureStep("json-decoder") { blackHole(try JSON.parse(sample.page)) }

    // Servers and ports in turns, indexed and written as YAML.
    measureStep("yaml") {
        var document = JSONDocument()
        var keys = KnownKeys()
        var dumper = PyYAML.Dumper()
        for text in Array(repeating: texts, count: 48).joined() {
            try text.withUnsafeBytes { try document.replace(with: $0, &keys) }
            blackHole(try dumper.withDump(of: document) { $0.count })
        }
    }

    // The _id of a record.
    measureStep("bson-walk", scaledBy: .kilo) {
        let id = try sample.recordBytes.withUnsafeBytes { bytes in
            try BSONView(validating: bytes).element("_id")?.string()
        }
        blackHole(id)
    }

    measureStep("bson-decoder", scaledBy: .kilo) { blackHole(try BSON.decode(sample.recordBytes)) }

    // A record of one VM: nothing to write, or its status.
    for (name, observation) in [("unchanged", unchanged), ("changed", changed)] {
        var comparer = sample.comparer
        measureStep("compare-\(name)", scaledBy: .kilo) { blackHole(try sample.compare(observation, by: &comparer)) }
    }

    // The same for as many records as travel together, with the updates as BSON.
    measureStep("guarded-updates", scaledBy: .one) {
        for update in try sample.updates(changed, count: 48) { blackHole(try update.operation.get()) }
    }

    // Two tasks on two threads: what they allocate depends on who waits for whom.
    let timesOnly = Benchmark.Configuration(
        metrics: [.cpuUser, .wallClock, .throughput], scalingFactor: .kilo, thresholds: [:])
    Benchmark("channel-hop", configuration: timesOnly) { benchmark in
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
