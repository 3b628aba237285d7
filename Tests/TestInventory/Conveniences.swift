// SPDX-License-Identifier: Apache-2.0

import BSON
package import Inventory
package import JSON
package import Values

/// Tests write records, servers and ports as values; the program has them as bytes.
package struct ComparedValues {
    package let update: RecordUpdate?
    package let findings: [Finding]
    package let outcomes: [RecordComparison.Outcome]

    package init(record: Object, observations: [VDUObservation], account: String, rules: Rules) {
        var comparer = RecordComparer(account: account, rules: rules)
        do {
            (update, findings, outcomes) = try BSON.encode(record).withUnsafeBytes { bytes in
                let comparison = try comparer.compare(bytes, with: observations)
                let update = comparison.update.map { RecordUpdate($0, copying: comparer.changes) }
                return (update, comparison.findings, comparer.outcomes)
            }
        } catch {
            preconditionFailure("no BSON: \(error)")
        }
        withExtendedLifetime(observations) {}
    }
}

extension VDUChange {
    /// What ends a line that does not tell a second time what happens to the backup.
    private static let end = "; interfaces_backup likewise"

    /// Whether the line leaves out changes of the backup.
    package var isToldOnce: Bool { line.hasSuffix(Self.end) }

    /// Whether the line says all that the lines do; of what happens to interfaces and to their backup in the same way, it
    /// may say it once.
    package var saysAllInOneLine: Bool {
        guard isToldOnce else { return line == lines.joined(separator: "; ") }
        let copies = lines.filter { $0.hasPrefix("interfaces_backup.") }
        let others = lines.filter { !copies.contains($0) }
        let originals = copies.map { $0.replacing("interfaces_backup.", with: "interfaces.", maxReplacements: 1) }
        return line == others.joined(separator: "; ") + Self.end && !originals.isEmpty
            && originals.allSatisfy { others.contains($0) }
    }
}

extension TaskReading {
    package init(document: Object) {
        self = document.read { document in
            var accounts: Set<String> = []
            return TaskReading(document: document, accounts: &accounts)
        }
    }
}

extension RecordedVDU {
    package static func read(in record: Object, at address: RecordAddress, rules: Rules) -> RecordedVDU? {
        record.read { RecordedVDU(in: $0, at: address, rules: rules) }
    }
}

extension RecordedServer {
    package init(in info: Object) { self = info.read { RecordedServer(in: $0) } }
}

extension Observed<SeenDocument, ServerMemory> {
    package static func fresh(_ server: Object) -> Self {
        .fresh(.seen { try $0.add(server: server.text) })
    }
}

extension Observed<SeenDocument, PortMemory> {
    package static func fresh(_ port: Object) -> Self { .fresh(.seen { try $0.add(port: port.text) }) }
}

extension Object {
    package var text: [UInt8] { JSON.serialize(.object(self)) }

    fileprivate func read<Result>(_ body: (Fields) -> Result) -> Result {
        do {
            return try BSON.encode(self).withUnsafeBytes { try Fields.lent($0, body) }
        } catch {
            preconditionFailure("no BSON: \(error)")
        }
    }
}

extension SeenDocument {
    /// The one that is gathered.
    package static func seen(
        rules: Rules = Rules(), _ gather: (inout GatheredDocuments) throws -> Void
    ) -> SeenDocument {
        var gathered = GatheredDocuments(rules: rules)
        do { try gather(&gathered) } catch { preconditionFailure("no JSON: \(error)") }
        return gathered.finish()[0]
    }
}

extension GatheredDocuments {
    package mutating func add(server text: [UInt8]) throws(JSONError) {
        try text.withUnsafeBufferPointer { (text) throws(JSONError) in try add(server: UnsafeRawBufferPointer(text)) }
    }

    package mutating func add(port text: [UInt8]) throws(JSONError) {
        try text.withUnsafeBufferPointer { (text) throws(JSONError) in try add(port: UnsafeRawBufferPointer(text)) }
    }
}

extension VDUObservation {
    package init(
        index: Int, position: Int = 0, serverID: String, server: ServerObservation, ports: ByPort<PortObservation>
    ) {
        self.init(
            index: index, position: position, serverID: ResourceID(serverID), server: server, ports: ports)
    }
}
