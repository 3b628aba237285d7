// SPDX-License-Identifier: Apache-2.0

import JSON
import PyYAML

/// The YAML of documents, in their order.
struct GatheredYAML: Sendable {
    fileprivate(set) var texts: [UInt8] = []
    /// Where that of each document lies.
    fileprivate(set) var places: [Range<Int>] = []
    /// Why a document has none, by its number.
    fileprivate(set) var failures: [Int: PyYAMLError] = [:]

    var count: Int { places.count }

    fileprivate init(capacity count: Int, size: Int) {
        texts.reserveCapacity(size)
        places.reserveCapacity(count)
    }
}

/// Makes it, of one document after the other.
struct YAMLMaker: ~Copyable {
    private(set) var made = GatheredYAML(capacity: 0, size: 0)
    private var dumper = PyYAML.Dumper()

    mutating func begin(capacity count: Int, size: Int) { made = GatheredYAML(capacity: count, size: size) }

    /// Makes that of the next one.
    mutating func make(of documents: borrowing JSONDocuments) {
        let (number, start) = (made.count, made.texts.count)
        do throws(PyYAMLError) {
            try dumper.withDump(of: documents, number) { SeenText.append($0, to: &made.texts) }
            made.places.append(SeenText.unframed(start..<made.texts.count))
        } catch {
            made.failures[number] = error
            made.places.append(start..<start)
        }
    }
}
