// SPDX-License-Identifier: Apache-2.0

package import JSON
package import Values

/// Receives the objects of a listing. Called on the HTTP thread, at the end of a page perhaps on another one: no waiting,
/// no I/O.
package protocol ListingReceiver: Sendable {
    /// The listing begins anew: forget what was received.
    func restart()
    /// The next object, whose bytes are gone when this returns. What is thrown ends the listing.
    func receive(_ object: ListedObject) throws
    /// Whether the next object is known already: then it counts as received. Otherwise it has to be looked into.
    ///
    /// - Parameter bytes: what has arrived from the first byte of the object on.
    func recognise(_ bytes: UnsafeRawBufferPointer) -> Recognition
}

extension ListingReceiver {
    package func recognise(_ bytes: UnsafeRawBufferPointer) -> Recognition { .unknown }
}

/// What a listing consisted of.
package struct ListingSummary: Sendable, Equatable {
    package var pages: Int
    package var objects: Int
    /// On the wire.
    package var bytes: Int

    package init(pages: Int = 0, objects: Int = 0, bytes: Int = 0) {
        self.pages = pages
        self.objects = objects
        self.bytes = bytes
    }
}

/// The answer to a question for one object.
package enum Lookup: Sendable {
    /// The object's own bytes as the VIM sent them, and what they say.
    case found([UInt8], Value)
    /// The VIM itself said that there is none.
    case notFound
}

/// A VIM account that can be asked. Kept between cycles; safe to use from several tasks.
///
/// Whatever throws leaves nothing behind that a later call could mistake for an answer: a listing counts only when it
/// returns.
package protocol VIMConnector: Sendable {
    /// Logs in if need be.
    func identity() async throws(VIMError) -> VIMIdentity
    /// Asks for as little as shows whether the listings may succeed.
    func probe() async throws(VIMError)
    /// Every server of the account's project, all pages.
    func listServers(_ receiver: some ListingReceiver) async throws(VIMError) -> ListingSummary
    /// Every port of the account's project, all pages.
    func listPorts(_ receiver: some ListingReceiver) async throws(VIMError) -> ListingSummary
    func server(id: String) async throws(VIMError) -> Lookup
    func port(id: String) async throws(VIMError) -> Lookup
    /// The ids of the flavours of that name, from a list that is kept for an hour and read again for an unknown name,
    /// at most once per cycle.
    func flavorIDs(named name: String) async throws(VIMError) -> [String]
    /// A new cycle begins: renews what is allowed once per cycle, and the time that all its requests may take together.
    func beginCycle() async
    /// Whether ports of other projects are listed too, for accounts whose VMs use such ports.
    func listPortsOfAllProjects(_ flag: Bool)
}

extension VIMConnector {
    package func listPortsOfAllProjects(_ flag: Bool) {}
}

/// Makes a connector for an account; throws if the account's settings cannot work.
package typealias VIMConnectorFactory = @Sendable (VIMAccount) throws(VIMError) -> any VIMConnector

/// The connectors that there are, by `vim_type`.
package struct VIMConnectorRegistry: Sendable {
    private var factories: [String: VIMConnectorFactory]

    package init(_ factories: [String: VIMConnectorFactory]) { self.factories = factories }

    package func supports(_ vimType: String) -> Bool { factories[vimType] != nil }

    /// - Throws: `VIMError` (`configuration`) for an unknown type, and what the factory throws.
    package func connector(for account: VIMAccount) throws(VIMError) -> any VIMConnector {
        guard let factory = factories[account.vimType] else {
            let known = factories.keys.sorted().joined(separator: ", ")
            throw VIMError(account: account.id, wrong: "vim_type \(account.vimType) is unknown; known: \(known)")
        }
        return try factory(account)
    }
}
