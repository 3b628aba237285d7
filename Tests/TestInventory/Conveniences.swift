// SPDX-License-Identifier: Apache-2.0

import BSON
package import Inventory
package import JSON
package import Values

/// Tests write records, servers and ports as values; the program has them as bytes.
extension RecordComparison {
    package init(record: Object, observations: [VDUObservation], account: String, rules: Rules) {
        let paths = RecordPaths(account: account)
        do {
            self = try RecordComparison(
                BSON.encode(record), observations: observations, paths: paths, rules: rules)
        } catch {
            preconditionFailure("no BSON: \(error)")
        }
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
        .fresh(SeenDocuments(servers: [server.document], ports: []).server(0))
    }
}

extension Observed<SeenDocument, PortMemory> {
    package static func fresh(_ port: Object) -> Self { .fresh(port.seenAsPort) }
}

extension Object {
    package var seenAsPort: SeenDocument {
        SeenDocuments(servers: [], ports: [document]).port(0)
    }

    package var document: JSONDocument {
        do { return try JSONDocument(self) } catch { preconditionFailure("no JSON: \(error)") }
    }

    fileprivate func read<Result>(_ body: (Fields) -> Result) -> Result {
        do {
            return try BSON.encode(self).withUnsafeBytes { body(try Fields(validating: $0)) }
        } catch {
            preconditionFailure("no BSON: \(error)")
        }
    }
}
