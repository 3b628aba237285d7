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
    // A scan compares hashes, which lie in the array, before it looks at strings, which lie anywhere.
    fileprivate let idHash: Int
    fileprivate let deviceHash: Int

    /// Serialises any JSON value; what it lacks, it lacks.
    init(_ value: Value) {
        id = value["id"]?.string
        name = value["name"]?.string
        device = value["device_id"]?.string
        project = value["project_id"]?.string ?? value["tenant_id"]?.string
        bytes = JSON.serialize(value)
        idHash = Self.hash(id)
        deviceHash = Self.hash(device)
    }

    /// JSON text with its members known beforehand.
    init(text: String, id: String, name: String, device: String? = nil, project: String) {
        self.id = id
        self.name = name
        self.device = device
        self.project = project
        bytes = Array(text.utf8)
        idHash = Self.hash(id)
        deviceHash = Self.hash(device)
    }

    /// The object decoded. The bytes were either serialised here or written by a template, so they always parse.
    var value: Value { (try? JSON.parse(bytes)) ?? .null }

    /// Without regard to case, as databases under OpenStack compare ids (MySQL's default collation).
    fileprivate static func hash(_ id: String?) -> Int { id?.lowercased().hashValue ?? 0 }
}

extension [CloudItem] {
    /// The first object with an id.
    func index(ofID id: String) -> Int? {
        let hash = CloudItem.hash(id)
        return indices.first { self[$0].idHash == hash && self[$0].id?.lowercased() == id.lowercased() }
    }

    /// The ports of a server.
    func indices(ofDevice id: String) -> [Int] {
        let hash = CloudItem.hash(id)
        return indices.filter { self[$0].deviceHash == hash && self[$0].device == id }
    }
}
