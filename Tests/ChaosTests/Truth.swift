// SPDX-License-Identifier: Apache-2.0

import PyYAML
import Simulator
import Values

/// What OSM's records would say of a cloud if they were made now. The simulator makes them, by its own understanding
/// of the rules.
struct Truth: Sendable {
    /// A VDU with one server, and the task that made it.
    struct VDU: Sendable {
        let vdu: Object
        let task: Object
        /// `vim_info` of the account.
        let info: Object
    }

    /// By server id.
    let vdus: [String: VDU]

    init(_ cloud: SimulatedCloud) {
        let documents = OSMSeed.documents(for: [cloud], baseURL: "", yaml: Self.yaml)
        let key = "vim:\(OSMSeed.accountID(of: cloud))"
        let made = zip(documents.vnfrs, documents.roTasks).compactMap { record, task -> (String, VDU)? in
            guard let vdu = record["vdur"]?[0]?.object, let info = vdu["vim_info"]?[key]?.object,
                let id = info["vim_id"]?.string
            else { return nil }
            return (id.lowercased(), VDU(vdu: vdu, task: task, info: info))
        }
        vdus = Dictionary(made) { first, _ in first }
    }

    static func yaml(_ value: Value) -> String {
        (try? PyYAML.dump(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
