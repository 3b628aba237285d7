// SPDX-License-Identifier: Apache-2.0

/// Names that belong to others and are left alone.
enum Foreign {
    /// Sections of NG-RO's configuration that VIMWatch has no use for. They stand in `ro.cfg`, and NG-RO's
    /// `ro_main.py` takes `OSMRO_<SECTION>_…` for those that are no path.
    static let sections: Set<String> = [
        "/", "/static", "/test", "global", "server", "storage", "message", "authentication", "auth", "static", "tools",
        "test",
    ]

    /// NG-RO's keys in sections that VIMWatch shares with it.
    static let keys: Set<String> = [
        "database.logfile", "database.logger_name", "log.access_file", "log.error_file", "log.file", "log.screen",
        "period.queue_size", "period.refresh_build", "period.refresh_error", "period.refresh_image",
    ]

    /// Whether NG-RO takes this variable and VIMWatch ignores it: `OSMRO_<SECTION>_<KEY>`.
    static func isIgnored(osmro name: String) -> Bool {
        let name = name.dropFirst("OSMRO_".count).lowercased()
        guard let underscore = name.firstIndex(of: "_") else { return false }
        let section = String(name[..<underscore])
        return sections.contains(section) || keys.contains("\(section).\(name[name.index(after: underscore)...])")
    }

    /// Whether Kubernetes set this variable because a service of the namespace is called "vimwatch" or "vimwatch-…":
    /// `VIMWATCH_SERVICE_HOST=10.0.0.1`, `VIMWATCH_PORT_9464_TCP=tcp://10.0.0.1:9464` and so on.
    ///
    /// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    static func isServiceLink(name: String, value: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
        if name.contains("_PORT_") { return ["_TCP", "_UDP", "_SCTP"].contains { name.contains($0) } }
        return name.hasSuffix("_PORT") && value.contains("://")
    }
}
