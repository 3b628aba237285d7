// SPDX-License-Identifier: Apache-2.0

import Support
import Values

extension SimulatorServer {
    /// The answer of a cloud's services, without faults of delivery.
    func answer(_ route: Route, _ request: IncomingRequest, twist: ListingTwist) -> Answer {
        guard let cloud = cloud(named: route.cloud) else { return .problem(404, "no such cloud") }
        let base = "\(request.origin)/v/\(route.cloud)"
        let now = configuration.now()
        switch (route.service, route.kind) {
        case (.keystone, .version): return Keystone(cloud: cloud, base: base, now: now).versions(path: request.path)
        case (.keystone, .token):
            let keystone = Keystone(cloud: cloud, base: base, now: now)
            guard request.method == "POST" else { return .problem(405, "POST only") }
            return request.path.hasSuffix("/v2.0/tokens") ? keystone.oldLogin(request) : keystone.login(request)
        case (.keystone, _): return .problem(404, "no such path")
        case (.nova, .version): return Nova(cloud: cloud, base: base + "/compute").version()
        case (.neutron, .version) where !request.path.hasSuffix("/v2.0/"):
            return Neutron(cloud: cloud, base: base + "/network").version(path: request.path)
        default: break
        }
        guard let project = cloud.tokens.withLock({ $0.project(of: request.header("x-auth-token"), at: now) }) else {
            return Answer(
                status: 401,
                [
                    "error": [
                        "code": 401, "title": "Unauthorized",
                        "message": "The request you have made requires authentication.",
                    ]
                ]
            ).with("Www-Authenticate", "Keystone uri=\"\(base)/v3\"")
        }
        var twist = twist
        twist.isOtherProject = project != cloud.projectID && ![.flavors, .flavor].contains(route.kind)
        if route.service == .nova {
            return Nova(cloud: cloud, base: base + "/compute").answer(route, request, twist: twist)
        }
        let neutron = Neutron(cloud: cloud, base: base + "/network")
        return route.kind == .version
            ? neutron.version(path: request.path) : neutron.answer(route, request, twist: twist)
    }
}
