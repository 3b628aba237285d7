// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Support
package import Values

/// One project of one VIM: its servers, ports and flavours, who may log in, and how it changes.
///
/// Nothing in it depends on the wall clock or on chance: the same name, seed and changes give the same bytes.
package final class SimulatedCloud: Sendable {
    /// Part of the cloud's URLs: `/v/<name>/v3`.
    package let name: String
    /// The project that its servers and ports are in, and that tokens are for unless the settings name a new one.
    package let projectID: String
    private let configuration: Locked<CloudSettings>
    let tokens: Locked<TokenStore>
    // Pages are rendered under the lock: once after a change, and no two requests render the same page.
    private let state: Locked<CloudState>

    private init(name: String, settings: CloudSettings, projectID: String, state: CloudState) {
        self.name = name
        configuration = Locked(settings)
        self.projectID = settings.projectID ?? projectID
        self.state = Locked(state)
        tokens = Locked(TokenStore(cloud: name))
    }

    /// A cloud made up from a seed: all servers ACTIVE, shaped as an administrator sees them at microversion 2.60.
    ///
    /// - Parameters:
    ///   - foreignPorts: ports of other projects, which only an unfiltered listing shows.
    ///   - hosts: compute hosts; one for twenty servers unless told.
    package static func generate(
        seed: UInt64, name: String, servers: Int, portsPerServer: Int = 2, foreignPorts: Int = 0, hosts: Int? = nil,
        settings: CloudSettings = CloudSettings()
    ) -> SimulatedCloud {
        let state = CloudState(
            name: name, seed: seed, servers: servers, portsPerServer: portsPerServer, foreignPorts: foreignPorts,
            hosts: hosts)
        return SimulatedCloud(name: name, settings: settings, projectID: state.blueprint.project, state: state)
    }

    /// A cloud that serves the given JSON as it is, whatever it is. Unless `settings` says otherwise, all ports are
    /// served for any project.
    package convenience init(
        name: String = "given", servers: [Value], ports: [Value], flavors: [Value], settings: CloudSettings? = nil
    ) {
        let state = CloudState(name: name, servers: servers, ports: ports, flavors: flavors)
        var anyProject = CloudSettings()
        anyProject.ignoreProjectFilter = true
        let project = state.servers.items.lazy.compactMap(\.project).first ?? state.blueprint.project
        self.init(name: name, settings: settings ?? anyProject, projectID: project, state: state)
    }

    package var settings: CloudSettings { configuration.withLock { $0 } }

    /// Changes who may log in and how services are configured, from the next request on.
    package func configure(_ body: @Sendable (inout CloudSettings) -> Void) { configuration.withLock { body(&$0) } }

    /// The user that tokens are for.
    package var userID: String { Keystone.id("user", of: self) }

    /// The servers as listed, newest first. Decoded anew at each call.
    package var servers: [Value] { listing(.servers).items.map(\.value) }
    /// The ports as listed. Decoded anew at each call.
    package var ports: [Value] { listing(.ports).items.map(\.value) }
    package var flavors: [Value] { listing(.flavors).items.map(\.value) }
    package var serverCount: Int { state.withLock { $0.servers.items.count } }
    package var portCount: Int { state.withLock { $0.ports.items.count } }
    package var flavorCount: Int { state.withLock { $0.flavors.items.count } }

    /// A server by id or name.
    package func server(_ reference: String) -> Value? {
        state.withLock { state in state.serverIndex(reference).map { state.servers.items[$0] } }?.value
    }

    /// A port by id.
    package func port(_ id: String) -> Value? { item(.ports, id: id)?.value }

    /// Puts other objects in the place of all; `nil` leaves them.
    package func replace(servers: [Value]? = nil, ports: [Value]? = nil, flavors: [Value]? = nil) {
        state.withLock { state in
            if let servers { state.servers = Listing(servers.map(CloudItem.init)) }
            if let ports { state.ports = Listing(ports.map(CloudItem.init)) }
            if let flavors { state.flavors = Listing(flavors.map(CloudItem.init)) }
        }
    }

    /// Changes reality.
    @discardableResult
    package func apply(_ change: Change) throws(SimulatorError) -> Change.Outcome {
        try state.withLock { (state) throws(SimulatorError) in try state.apply(change) }
    }

    /// Changes `count` different servers or ports chosen by the cloud's seed, or boots as many. Fewer if there are
    /// not enough.
    @discardableResult
    package func mutate(count: Int, kind: Change.Kind) throws(SimulatorError) -> [Change.Outcome] {
        try state.withLock { (state) throws(SimulatorError) in try state.mutate(count: count, kind: kind) }
    }

    /// Makes every token handed out so far invalid.
    package func revokeTokens() { tokens.withLock { $0.revokeAll() } }

    func item(_ collection: CloudState.Collection, id: String) -> CloudItem? {
        let listing = listing(collection)
        return listing.index(ofID: id).map { listing.items[$0] }
    }

    /// A page, rendered only if nothing rendered it since the last change; `nil` if there is no such page.
    func page(
        _ collection: CloudState.Collection, key: String, of selection: PortSelection? = nil,
        render: (Listing) -> ByteBuffer?
    ) -> ByteBuffer? {
        state.withLock { $0.page(collection, key: key, of: selection, render: render) }
    }

    func listing(_ collection: CloudState.Collection) -> Listing { state.withLock { $0[collection] } }
}
