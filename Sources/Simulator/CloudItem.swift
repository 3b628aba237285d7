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
}

extension [CloudItem] {
    /// The first object with an id. Databases under OpenStack compare ids without regard to case (MySQL's default
    /// collation), so an id in other case is found as well.
    func index(ofID id: String) -> Int? {
        if let exact = firstIndex(where: { $0.id?.isIdentical(toText: id) ?? false }) { return exact }
        let folded = id.lowercased()
        return firstIndex { $0.id?.lowercased() == folded }
    }
}
