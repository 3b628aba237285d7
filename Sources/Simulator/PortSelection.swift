// SPDX-License-Identifier: Apache-2.0

/// The query parameters by which a listing of ports is narrowed down.
struct PortSelection: Sendable {
    /// A repeated parameter means any of its values.
    private enum Attribute: String {
        case id, name
        case device = "device_id"
        case project = "project_id"
        case tenant = "tenant_id"

        func value(of item: CloudItem) -> String? {
            switch self {
            case .id: item.id
            case .name: item.name
            case .device: item.device
            case .project, .tenant: item.project
            }
        }
    }

    /// Attributes of a port that Neutron filters by and the simulator does not, and what has nothing to do with it.
    private static let ignored: Set<String> = [
        "limit", "marker", "page_reverse", "fields", "sort_key", "sort_dir", "status", "network_id", "device_owner",
        "mac_address", "fixed_ips", "admin_state_up", "binding:host_id", "security_groups", "tags", "description",
        "revision_number",
    ]

    private var wanted: [Attribute: Set<String>] = [:]
    /// The first parameter that no port has.
    private(set) var unknown: String?

    init(_ parameters: [(name: String, value: String)], ignoresProject: Bool) {
        for (name, value) in parameters where !Self.ignored.contains(name) {
            guard let attribute = Attribute(rawValue: name) else {
                unknown = unknown ?? name
                continue
            }
            if ignoresProject, attribute == .project || attribute == .tenant { continue }
            wanted[attribute, default: []].insert(value)
        }
    }

    /// Equal for equal selections; `nil` for all ports.
    var key: String? {
        wanted.isEmpty ? nil : wanted.map { "\($0.key.rawValue)=\($0.value.sorted())" }.sorted().joined(separator: "&")
    }

    func chosen(from items: [CloudItem]) -> [CloudItem] {
        wanted.reduce(items) { items, wanted in
            items.filter { item in wanted.key.value(of: item).map(wanted.value.contains) ?? false }
        }
    }
}
