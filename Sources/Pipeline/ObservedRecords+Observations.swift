// SPDX-License-Identifier: Apache-2.0

import Inventory
import JSON
import Values

extension ObservedRecords {
    /// What was seen of the VMs of each record, ready to be compared: first all of it is indexed, then all YAML made, so
    /// that the code of one step is not driven out of the processor's cache by that of the others for each VM.
    ///
    /// A port that cannot be decoded is unknown, and reported.
    func observations(_ report: CycleReport) -> [[VDUObservation]] {
        var servers: [JSONDocument] = []
        var ports: [JSONDocument] = []
        var portNumbers: [Int?] = []
        for record in records {
            for vm in record.vms {
                if case .fresh(let server, _) = vm.server { servers.append(server) }
                for case .fresh(let bytes, _) in vm.ports.elements {
                    let port = port(bytes, of: vm, report)
                    portNumbers.append(port == nil ? nil : ports.count)
                    if let port { ports.append(port) }
                }
            }
        }
        var seen = SeenObjects(SeenDocuments(servers: servers, ports: ports), portNumbers: portNumbers)
        return records.map { record in record.vms.map { VDUObservation($0, &seen) } }
    }

    private func port(_ bytes: [UInt8], of vm: ObservedVM, _ report: CycleReport) -> JSONDocument? {
        let (code, cause): (Finding.Code, String)
        do throws(JSONError) {
            let port = try JSONDocument(bytes)
            if port.isObject { return port }
            (code, cause) = (.unrepresentable, "a key of a port cannot be represented")
        } catch {
            (code, cause) = (.portMalformed, "port: \(error); interface left alone")
        }
        report.note(Finding(code, "server \(vm.serverID) of VIM account \(account.id)", cause))
        return nil
    }
}

/// What is fresh of some VMs, in the order in which they have it: it is taken in that order, and all of it.
private struct SeenObjects {
    private let documents: SeenDocuments
    /// Which of `ports` each port is; `nil` for one that could not be decoded.
    private let portNumbers: [Int?]
    private var taken = (servers: 0, ports: 0)

    init(_ documents: SeenDocuments, portNumbers: [Int?]) {
        (self.documents, self.portNumbers) = (documents, portNumbers)
    }

    mutating func takeServer() -> SeenDocument {
        defer { taken.servers += 1 }
        return documents.server(taken.servers)
    }

    mutating func takePort() -> SeenDocument? {
        defer { taken.ports += 1 }
        return portNumbers[taken.ports].map { documents.port($0) }
    }
}

extension VDUObservation {
    /// Takes what is fresh from the beginning of `seen`.
    fileprivate init(_ vm: ObservedVM, _ seen: inout SeenObjects) {
        let server: ServerObservation =
            switch vm.server {
            case .fresh: .fresh(seen.takeServer())
            case .same(let memory, _): .same(memory)
            case .gone: .gone
            case .unknown: .unknown
            }
        let ports = vm.ports.map { _, port -> PortObservation in
            switch port {
            case .fresh: seen.takePort().map { .fresh($0) } ?? .unknown
            case .same(let memory, _): .same(memory)
            case .gone: .gone
            case .unknown: .unknown
            }
        }
        self.init(index: vm.index, position: vm.position, serverID: vm.serverID, server: server, ports: ports)
    }
}
