// SPDX-License-Identifier: Apache-2.0

import Curl
import Values

/// The versions of the Identity API.
enum KeystoneVersion: String, Sendable {
    case v2 = "v2.0"
    case v3

    /// What a URL says by its last component; `nil` for an unversioned URL.
    init?(urlPath path: String) {
        switch path.split(separator: "/").last?.lowercased() {
        case "v3": self = .v3
        case "v2.0": self = .v2
        default: return nil
        }
    }

    /// The best version that a versions document offers; `nil` if it is none.
    ///
    /// The documents seen: `{"versions": {"values": [{"id": "v3.14", …}]}}` with 300 from a root, `{"versions": […]}`,
    /// and `{"version": {…}}` with 200 from a versioned URL behind a path of another name.
    static func best(in document: Value) -> (version: KeystoneVersion, isHere: Bool)? {
        if let id = document["version"]?["id"]?.string { return named(id).map { ($0, true) } }
        let list = document["versions"]?["values"]?.array ?? document["versions"]?.array ?? []
        let offered = list.compactMap { $0["id"]?.string.flatMap(named) }
        if offered.contains(.v3) { return (.v3, false) }
        return offered.contains(.v2) ? (.v2, false) : nil
    }

    private static func named(_ id: String) -> KeystoneVersion? {
        id.hasPrefix("v3") ? .v3 : id.hasPrefix("v2") ? .v2 : nil
    }

    /// Where to ask for a token, below the versioned URL.
    var tokenPath: String { self == .v3 ? "/auth/tokens" : "/tokens" }
}
