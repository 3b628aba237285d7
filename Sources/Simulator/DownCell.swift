// SPDX-License-Identifier: Apache-2.0

import Values

/// Servers in a cell whose database does not answer, and what Nova makes of them.
///
/// Source: a real Nova with a stopped cell database. Below microversion 2.69 a listing is a 200 without them. From
/// 2.69 on they are in it with what the API's own database knows, unless the listing is paged.
/// https://docs.openstack.org/api-guide/compute/down_cells.html
struct DownCell: Sendable {
    let ids: Set<String>
    let count: Int
    let seed: UInt64
    let showsStubs: Bool

    /// Whether a server is in the cell.
    func holds(_ id: String?, among items: [CloudItem]) -> Bool {
        guard let id else { return false }
        return ids.contains(id) || items.ids(count, chosenBy: seed).contains(id)
    }

    /// What a listing shows.
    func listed(_ items: [CloudItem], isPaged: Bool) -> [CloudItem] {
        let lost = ids.union(items.ids(count, chosenBy: seed))
        return items.compactMap { item in
            guard lost.contains(item.id ?? "") else { return item }
            return showsStubs && !isPaged ? Self.stub(item) : nil
        }
    }

    /// What is known of a server without its cell.
    static func stub(_ item: CloudItem) -> CloudItem {
        let server = item.value
        var stub = Object()
        for key in ["id", "status", "tenant_id", "created", "links", "security_groups"] { stub[key] = server[key] }
        stub["status"] = "UNKNOWN"
        return CloudItem(.object(stub))
    }
}
