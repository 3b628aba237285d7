// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a process held, cycle by cycle.
struct SoakSamples {
    struct Sample {
        /// Resident memory, in KiB.
        let memory: Int
        let threads: Int
        let descriptors: Int

        /// - Throws: if there is no such process any more.
        init(process id: Int32) throws {
            let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
            func number(_ key: String) -> Int {
                let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") }
                return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
            }
            memory = number("VmRSS")
            threads = number("Threads")
            descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count
        }
    }

    private var samples: [(cycle: Int, sample: Sample)] = []

    mutating func add(_ sample: Sample, cycle: Int) { samples.append((cycle, sample)) }

    // MARK: What is allowed

    /// By how much the median of the last quarter may exceed that of the second.
    private static let allowed = (memory: 8 << 10, threads: 4, descriptors: 8)

    /// What grew; empty if all is well.
    var growth: [String] {
        let (second, last) = (part(1, of: 4), part(3, of: 4))
        return [
            ("KiB of memory", \Sample.memory, Self.allowed.memory), ("threads", \.threads, Self.allowed.threads),
            ("descriptors", \.descriptors, Self.allowed.descriptors),
        ].compactMap { name, key, allowed in
            let (before, after) = (median(second, key), median(last, key))
            return after > before + allowed ? "\(before) \(name) in the second quarter, \(after) in the last" : nil
        }
    }

    /// Twenty parts: the median and the most of each.
    var table: String {
        let rows = (0..<20).map { number in
            let part = part(number, of: 20)
            let memory = [median(part, \.memory), most(part, \.memory)].map {
                String(format: "%.1f", Double($0) / 1024)
            }
            let counts = [
                median(part, \.threads), most(part, \.threads), median(part, \.descriptors), most(part, \.descriptors),
            ]
            return ["\(part.last?.cycle ?? 0)"] + memory + counts.map(String.init)
        }
        let head = ["to cycle", "MiB", "most", "threads", "most", "fds", "most"]
        return ([head] + rows).map { row in
            row.map { String(repeating: " ", count: max(0, 9 - $0.count)) + $0 }.joined()
        }.joined(separator: "\n")
    }

    private func part(_ number: Int, of count: Int) -> ArraySlice<(cycle: Int, sample: Sample)> {
        samples[samples.count * number / count..<samples.count * (number + 1) / count]
    }

    private func median(_ part: ArraySlice<(cycle: Int, sample: Sample)>, _ key: KeyPath<Sample, Int>) -> Int {
        let sorted = part.map { $0.sample[keyPath: key] }.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    private func most(_ part: ArraySlice<(cycle: Int, sample: Sample)>, _ key: KeyPath<Sample, Int>) -> Int {
        part.map { $0.sample[keyPath: key] }.max() ?? 0
    }
}
