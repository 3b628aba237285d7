// SPDX-License-Identifier: Apache-2.0

package import JSON

/// YAML as OSM's RO writes it: to the byte what PyYAML 6 makes of
/// `yaml.dump(value, Dumper=SafeDumper, default_flow_style=True, width=256)`.
///
/// RO writes the same fields of the same records. Two writers that differ by a byte would rewrite each other for ever,
/// so PyYAML's emitter is followed here rule by rule, oddities included.
/// Source: https://github.com/yaml/pyyaml/tree/6.0.2/lib/yaml (`emitter.py`, `resolver.py`, `representer.py`).
package enum PyYAML {
    package static func dump(_ document: JSONDocument) throws(PyYAMLError) -> [UInt8] {
        try withDump(of: document) { Array($0) }
    }

    /// Appends the YAML of a document to bytes; nothing, if there is an error.
    package static func dump(_ document: JSONDocument, into output: inout [UInt8]) throws(PyYAMLError) {
        try withDump(of: document) { output.append(contentsOf: $0) }
    }

    /// Lends the YAML of a document.
    private static func withDump<Result>(
        of document: JSONDocument, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(PyYAMLError) -> Result {
        var dumper = Dumper()
        return try dumper.withDump(of: document, body)
    }

    /// Dumps one document after the other in the same memory.
    package struct Dumper: ~Copyable {
        private var emitter = Emitter()

        package init() {}

        /// Lends the YAML of a document.
        package mutating func withDump<Result>(
            of document: borrowing JSONDocument, _ body: (UnsafeRawBufferPointer) -> Result
        ) throws(PyYAMLError) -> Result {
            try document.withIndexedText { (text) throws(PyYAMLError) in
                try CharacterClasses.ofBytes.withUnsafeBufferPointer { (classes) throws(PyYAMLError) in
                    try emitter.emit(text, classesOfBytes: classes)
                }
            }
            return emitter.output.lent(body)
        }
    }
}
