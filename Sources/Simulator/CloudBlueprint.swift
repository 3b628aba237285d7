// SPDX-License-Identifier: Apache-2.0

/// What all servers and ports of one generated cloud have in common: project, hosts, networks, images, flavours.
struct CloudBlueprint: Sendable {
    struct Network: Sendable {
        let id: String
        let name: String
        let subnet: String
        let subnet6: String
    }

    struct Flavor: Sendable {
        let id: String
        let name: String
        let vcpus: Int
        let ram: Int
        let disk: Int
    }

    let cloud: String
    let project: String
    let user: String
    let image: String
    let securityGroups: [String]
    let hosts: [String]
    let networks: [Network]
    let flavors: [Flavor]

    /// 2026-01-01T00:00:00Z: when the first server of every generated cloud was made.
    static let epoch: Int64 = 1_767_225_600

    init(cloud: String, hosts: Int, networks: Int, generator: inout SeededGenerator) {
        self.cloud = cloud
        project = generator.hex(32)
        user = generator.hex(32)
        image = generator.uuid()
        securityGroups = [generator.uuid(), generator.uuid()]
        self.hosts = (1...max(1, hosts)).map { "compute-\($0).\(cloud).example.net" }
        self.networks = (0..<networks).map { index in
            Network(
                id: generator.uuid(), name: index == 0 ? "mgmt-net" : "data-net-\(index)", subnet: generator.uuid(),
                subnet6: generator.uuid())
        }
        flavors = [
            ("hackfest_basic-VM-flv", 1, 1024, 10), ("m1.small", 1, 2048, 20), ("m1.medium", 2, 4096, 40),
            ("m1.large", 4, 8192, 80), ("epc-user-plane-flv", 8, 16_384, 100),
        ].map { Flavor(id: generator.uuid(), name: $0.0, vcpus: $0.1, ram: $0.2, disk: $0.3) }
    }

    var flavorItems: [CloudItem] {
        flavors.map { flavor in
            CloudItem(
                text: """
                    {"id": "\(flavor.id)", "name": "\(flavor.name)", "ram": \(flavor.ram), "disk": \(flavor.disk), \
                    "swap": "", "OS-FLV-EXT-DATA:ephemeral": 0, "OS-FLV-DISABLED:disabled": false, \
                    "vcpus": \(flavor.vcpus), "os-flavor-access:is_public": true, "rxtx_factor": 1.0, "links": \
                    [{"rel": "self", "href": "\(Self.nova)/v2.1/flavors/\(flavor.id)"}, \
                    {"rel": "bookmark", "href": "\(Self.nova)/flavors/\(flavor.id)"}], "description": null}
                    """, id: flavor.id, name: flavor.name, project: project)
        }
    }

    /// The address of Nova inside of objects. A real Nova writes its own there; ours must not depend on the port that
    /// the simulator happens to listen on, or two runs would differ.
    static let nova = "http://nova.example.net:8774"
}
