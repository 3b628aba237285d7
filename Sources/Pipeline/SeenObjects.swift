// SPDX-License-Identifier: Apache-2.0

import Inventory
import JSON
import Values

/// The servers and ports of some records, as far as they have to be looked into: indexed and with their YAML, to be taken
/// in the order in which the records have them.
struct SeenObjects {
    private var servers: ArraySlice<SeenDocument>
    private var ports: ArraySlice<SeenDocument?>

    /// A port that cannot be decoded is unknown, and reported.
    init(_ observed: ObservedRecords, _ report: CycleReport) {
        var servers: [JSONDocument] = []
        var ports: [JSONDocument?] = []
        for vm in observed.records.lazy.flatMap(\.vms) {
            if case .fresh(let server, _) = vm.server { servers.append(server) }
            for case .fresh(let bytes, _) in vm.ports.elements {
                ports.append(Self.port(bytes, report, vm.serverID, observed.account))
            }
        }
        self.servers = SeenDocument.servers(servers)[...]
        self.ports = SeenDocument.ports(ports)[...]
    }

    mutating func nextServer() -> SeenDocument? { servers.popFirst() }

    /// `nil` for one that cannot be decoded.
    mutating func nextPort() -> SeenDocument? { ports.popFirst() ?? nil }

    private static func port(
        _ bytes: [UInt8], _ report: CycleReport, _ serverID: String, _ account: AccountState
    ) -> JSONDocument? {
        let cause: String
        let code: Finding.Code
        do throws(JSONError) {
            let port = try JSONDocument(bytes)
            if port.isObject { return port }
            (code, cause) = (.unrepresentable, "a key of a port cannot be represented")
        } catch {
            (code, cause) = (.portMalformed, "port: \(error); interface left alone")
        }
        report.note(Finding(code, "server \(serverID) of VIM account \(account.id)", cause))
        return nil
    }
}
