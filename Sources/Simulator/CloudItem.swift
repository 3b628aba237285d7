// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// One object of a listing: its bytes as they are served, and what paging, filters and look-ups need of it.
///
/// Bytes and no tree, because a large cloud is mostly served and rarely changed.
struct CloudItem: Sendable {
    let id: String?
    let name: String?
    /// `device_id` of a port: the server it belongs to.
    let device: String?
    /// `project_id` or `tenant_id`.
    let project: String?
    let bytes: [UInt8]

    /// Serialises any JSON value; what it lacks, it lacks.
    init(_ value: Value) {
        id = value["id"]?.string
        name = value["name"]?.string
        device = value["device_id"]?.string
        project = value["project_id"]?.string ?? value["tenant_id"]?.string
        bytes = JSON.serialize(value)
    }

    /// JSON text with its members known beforehand.
    init(text: String, id: String, name: String, device: String? = nil, project: String) {
        self.id = id
        self.name = name
        self.device = device
        self.project = project
        bytes = Array(text.utf8)
    }

    /// The object decoded. The bytes were either serialised here or written by a template, so they always parse.
    var value: Value { (try? JSON.parse(bytes)) ?? .null }

    /// Databases under OpenStack compare ids without regard to case (MySQL's default collation).
    func hasID(_ wanted: String) -> Bool {
        guard let id, id.utf8.count == wanted.utf8.count else { return false }
        return zip(id.utf8, wanted.utf8).allSatisfy { $0 == $1 || $0.lowercasedASCII == $1.lowercasedASCII }
    }
}

extension UInt8 {
    fileprivate var lowercasedASCII: UInt8 { self >= 65 && self <= 90 ? self | 32 : self }
}
