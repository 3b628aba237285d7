// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import PyYAML
import Testing
import Values

/// What PyYAML wrote, against what this module writes, byte for byte.
@Suite struct GoldenTests {
    /// Vectors recorded from the original monitor: one file per group of categories, one object per line.
    @Test(arguments: [
        ("server-1", 98), ("server-2", 99), ("port", 236), ("folding", 544), ("text-and-structure", 1150),
    ])
    func recordedVectors(file: String, count: Int) throws {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(file)", withExtension: "jsonl"))
        #expect(try VectorFile.mismatches(in: url) == [])
        #expect(try VectorFile.lines(of: url).count == count)
    }

    /// Vectors made by `scripts/yaml-vectors`, if `VIMWATCH_YAML_VECTORS` names a file of them.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["VIMWATCH_YAML_VECTORS"] != nil))
    func generatedVectors() throws {
        let path = try #require(ProcessInfo.processInfo.environment["VIMWATCH_YAML_VECTORS"])
        let url = URL(fileURLWithPath: path)
        #expect(try !VectorFile.lines(of: url).isEmpty)
        #expect(try VectorFile.mismatches(in: url) == [])
    }
}

/// Files of lines `{"value": …, "yaml": "…"}`.
enum VectorFile {
    static func lines(of url: URL) throws -> [ArraySlice<UInt8>] {
        try [UInt8](Data(contentsOf: url)).split(separator: UInt8(ascii: "\n"))
    }

    /// The first lines whose value does not become their YAML, shown in full: by itself, and in memory that serves for all
    /// of them, when its keys come for the first time and when they are known.
    static func mismatches(in url: URL) throws -> [String] {
        var mismatches: [String] = []
        var known = KnownKeys()
        var document = JSONDocument()
        var dumper = PyYAML.Dumper()
        for line in try lines(of: url) where mismatches.count < 5 {
            let vector = try JSON.parse(Array(line))
            let value = try #require(vector["value"])
            let expected = try #require(vector["yaml"]?.string)
            var dumps = [try PyYAML.dump(value)]
            for _ in 0..<2 {
                try JSON.serialize(value).withUnsafeBytes { try document.replace(with: $0, &known) }
                dumps.append(try dumper.withDump(of: document) { Array($0) })
            }
            for dump in dumps.map({ String(decoding: $0, as: UTF8.self) }) where !dump.isIdentical(toText: expected) {
                mismatches.append("\(String(decoding: line, as: UTF8.self))\n became \(dump)")
            }
        }
        return mismatches
    }
}
