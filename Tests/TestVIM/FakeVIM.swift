// SPDX-License-Identifier: Apache-2.0

import JSON
package import OpenStack
import Support
package import Values

/// A VIM without a network: lists given objects through the real splitter, and answers questions for single ones.
package final class FakeVIM: VIMConnector {
    package struct Content: Sendable {
        package var servers: [Value] = []
        package var ports: [Value] = []
        package var flavors: [(id: String, name: String)] = []
        /// What every question to the VIM fails with.
        package var failure: VIMError?
        /// What questions for single objects fail with.
        package var lookupFailure: VIMError?
        package var flavorFailure: VIMError?
        package var identity = VIMIdentity(
            userID: "user", projectID: "project", computeEndpoint: "http://compute", url: "http://identity"
        )
        /// What listing the ports fails with.
        package var portListingFailure: VIMError?
        /// What questions for these single objects fail with.
        package var lookupFailures: [ResourceKey: VIMError] = [:]
        /// Servers that a listing leaves out although they exist.
        package var hidden: Set<ResourceKey> = []
        /// Ports of other projects: listed only when those of all projects are.
        package var foreignPorts: Set<ResourceKey> = []
        package var listsPortsOfAllProjects = false
        /// Called once, after the next listing, the next question for a single object or for a flavour.
        package var afterListing: (@Sendable (inout Content) -> Void)?
        package var afterFlavor: (@Sendable (inout Content) -> Void)?
        package var afterLookup: (@Sendable (inout Content) -> Void)?
        /// Awaited before anything is listed.
        package var beforeListing: @Sendable () async throws(VIMError) -> Void = {}
        /// Called before a question for a single object is answered.
        package var beforeLookup: @Sendable () async -> Void = {}

        package init() {}
    }

    package struct Counters: Sendable, Equatable {
        /// Cycles in which it was asked who it is: the token lasts for one.
        package var logins = 0
        package var listings = 0
        package var lookups = 0
        package var flavorLookups = 0
        package var probes = 0
    }

    private let content: Locked<Content>
    private let counters = Locked(Counters())
    private let hasToken = Locked(false)

    package init(_ content: Content = Content()) { self.content = Locked(content) }

    package func update(_ body: (inout Content) -> Void) { content.withLock { body(&$0) } }
    package var ports: [Value] { content.withLock { $0.ports } }
    package var counts: Counters { counters.withLock { $0 } }

    private func read() throws(VIMError) -> Content {
        let content = content.withLock { $0 }
        if let failure = content.failure { throw failure }
        return content
    }

    package func identity() async throws(VIMError) -> VIMIdentity {
        let isKnown = hasToken.withLock { hasToken in
            defer { hasToken = true }
            return hasToken
        }
        if !isKnown { counters.withLock { $0.logins += 1 } }
        return try read().identity
    }

    package func probe() async throws(VIMError) {
        counters.withLock { $0.probes += 1 }
        _ = try read()
    }

    package func listServers(_ receiver: some ListingReceiver) async throws(VIMError) -> ListingSummary {
        try await content.withLock { $0.beforeListing }()
        let content = try read()
        let listed = content.servers.filter { server in
            !(server["id"]?.string.map { content.hidden.contains(ResourceKey($0)) } ?? false)
        }
        return try list("servers", listed, receiver)
    }

    package func listPorts(_ receiver: some ListingReceiver) async throws(VIMError) -> ListingSummary {
        let content = try read()
        if let failure = content.portListingFailure { throw failure }
        let listed = content.ports.filter { port in
            content.listsPortsOfAllProjects
                || !(port["id"]?.string.map { content.foreignPorts.contains(ResourceKey($0)) } ?? false)
        }
        return try list("ports", listed, receiver)
    }

    package func listPortsOfAllProjects(_ flag: Bool) { update { $0.listsPortsOfAllProjects = flag } }

    private func list(
        _ key: String, _ objects: [Value], _ receiver: some ListingReceiver
    ) throws(VIMError) -> ListingSummary {
        counters.withLock { $0.listings += 1 }
        defer { update { $0.afterListing.take()?(&$0) } }
        do {
            var page: [UInt8] = Array("{\"\(key)\": ".utf8)
            JSON.serialize(.array(objects), into: &page)
            page.append(UInt8(ascii: "}"))
            var splitter = ListingSplitter(key: key)
            var refusal: (any Error)?
            let take = { (object: ListedObject) in
                do { try receiver.receive(object) } catch { refusal = refusal ?? error }
            }
            try page.withUnsafeBytes { page in
                try splitter.consume(page, recognise: receiver.recognise) { object in take(object) }
            }
            let end = try splitter.finish { object in take(object) }
            if let refusal { throw refusal }
            return ListingSummary(pages: 1, objects: end.count, bytes: page.count)
        } catch {
            throw VIMError(.malformed, account: "fake", attempted: "list \(key)", reason: "\(error)")
        }
    }

    package func server(id: String) async throws(VIMError) -> Lookup {
        await content.withLock { $0.beforeLookup }()
        return try lookUp(id, in: read().servers)
    }

    package func port(id: String) async throws(VIMError) -> Lookup { try lookUp(id, in: read().ports) }

    private func lookUp(_ id: String, in objects: [Value]) throws(VIMError) -> Lookup {
        counters.withLock { $0.lookups += 1 }
        defer { update { $0.afterLookup.take()?(&$0) } }
        let content = try read()
        if let failure = content.lookupFailures[ResourceKey(id)] ?? content.lookupFailure { throw failure }
        guard
            let object = objects.first(where: { $0["id"]?.string.map { ResourceKey($0) == ResourceKey(id) } ?? false })
        else { return .notFound }
        return .found(JSON.serialize(object), object)
    }

    package func flavorIDs(named name: String) async throws(VIMError) -> [String] {
        counters.withLock { $0.flavorLookups += 1 }
        defer { update { $0.afterFlavor.take()?(&$0) } }
        let content = try read()
        if let failure = content.flavorFailure { throw failure }
        return content.flavors.filter { $0.name.isIdentical(toText: name) }.map(\.id)
    }

    package func beginCycle() async { hasToken.withLock { $0 = false } }
}
