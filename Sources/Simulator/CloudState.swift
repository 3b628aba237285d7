// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Values

/// Everything about a simulated cloud that changes: what it runs, its clock, its source of chance.
struct CloudState: Sendable {
    /// Newest first, as Nova lists them.
    var servers: Listing
    var ports: Listing
    var flavors: Listing
    var generator: SeededGenerator
    var blueprint: CloudBlueprint
    /// Moves on by one second with each change.
    var time: Timestamp
    /// How many servers were ever made.
    var made: Int
    let portsPerServer: Int
    /// Generated ports are listed by id, as a paging Neutron does; given ones in the order given.
    let listsPortsByID: Bool

    enum Collection: Sendable {
        case servers, ports, flavors
    }

    subscript(collection: Collection) -> Listing {
        switch collection {
        case .servers: servers
        case .ports: ports
        case .flavors: flavors
        }
    }

    mutating func page(
        _ collection: Collection, key: String, of selection: PortSelection?, render: (Listing) -> ByteBuffer?
    ) -> ByteBuffer? {
        switch collection {
        case .servers: servers.page(key, of: selection, render: render)
        case .ports: ports.page(key, of: selection, render: render)
        case .flavors: flavors.page(key, of: selection, render: render)
        }
    }

    /// A cloud made up from a seed.
    init(name: String, seed: UInt64, servers count: Int, portsPerServer: Int, foreignPorts: Int, hosts: Int?) {
        var generator = SeededGenerator(seed: seed, text: name)
        let blueprint = CloudBlueprint(
            cloud: name, hosts: hosts ?? max(1, count / 20), networks: max(1, portsPerServer), generator: &generator)
        var servers: [CloudItem] = []
        var ports: [CloudItem] = []
        servers.reserveCapacity(count)
        ports.reserveCapacity(count * portsPerServer)
        for index in 0..<count {
            let created = Timestamp(seconds: CloudBlueprint.epoch + Int64(index) * 7)
            let made = blueprint.server(
                number: index + 1, ports: portsPerServer, created: created, generator: &generator)
            servers.append(made.server)
            ports += made.ports
        }
        for index in 0..<foreignPorts {
            ports.append(blueprint.foreignPort(number: count + index + 1, generator: &generator))
        }
        ports.sort { ($0.id ?? "") < ($1.id ?? "") }
        self.servers = Listing(servers.reversed())
        self.ports = Listing(ports)
        self.flavors = Listing(blueprint.flavorItems)
        self.generator = generator
        self.blueprint = blueprint
        self.portsPerServer = portsPerServer
        time = Timestamp(seconds: CloudBlueprint.epoch + Int64(count) * 7 + 3600)
        made = count
        listsPortsByID = true
    }

    /// A cloud that serves given JSON as it is.
    init(name: String, servers: [Value], ports: [Value], flavors: [Value]) {
        var generator = SeededGenerator(seed: 0, text: name)
        self.servers = Listing(servers.map(CloudItem.init))
        self.ports = Listing(ports.map(CloudItem.init))
        self.flavors = Listing(flavors.map(CloudItem.init))
        blueprint = CloudBlueprint(cloud: name, hosts: 3, networks: 2, generator: &generator)
        self.generator = generator
        portsPerServer = 2
        time = Timestamp(seconds: CloudBlueprint.epoch + Int64(servers.count) * 7 + 3600)
        made = servers.count
        listsPortsByID = false
    }
}
