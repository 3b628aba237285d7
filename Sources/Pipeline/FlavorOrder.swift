// SPDX-License-Identifier: Apache-2.0

import Inventory
import JSON
import Support
import Values

/// The flavour names of all servers in the order of their listing, for `reconcile.parity` only: the original stops
/// filling in ids at the first server whose flavour it does not find.
final class FlavorOrder: Sendable {
    private struct Notes {
        var names: [String?] = []
        var positions: [ResourceKey: Int] = [:]
    }

    private let notes = Locked(Notes())

    func restart() { notes.withLock { $0 = Notes() } }

    func note(_ object: ListedObject) {
        let server = try? JSONDocument(object.bytes)
        let name = server.flatMap { $0.lent { FlavorRule.name(of: $0) } }
        let key = object.idKey
        notes.withLock { notes in
            if let key, notes.positions[key] == nil { notes.positions[key] = notes.names.count }
            notes.names.append(name)
        }
    }

    /// The servers before the first one whose flavour has no single match.
    func resolvable(
        ids: (String) async throws -> [String]
    ) async rethrows -> Set<ResourceKey> {
        let notes = notes.withLock { $0 }
        var end = notes.names.count
        var matches: [String: Bool] = [:]
        for (position, name) in notes.names.enumerated() {
            guard let name else { continue }
            let isKnown: Bool
            if let known = matches[name] {
                isKnown = known
            } else {
                isKnown = try await ids(name).count == 1
                matches[name] = isKnown
            }
            if !isKnown {
                end = position
                break
            }
        }
        return Set(notes.positions.filter { $0.value < end }.keys)
    }
}
