// SPDX-License-Identifier: Apache-2.0

import Values

/// Finds the members with some names in one object after the other: objects with the same keys have them in the same
/// places, which are looked for once.
package struct MemberFinder: ~Copyable {
    private let names: MemberNames
    /// Of the objects that were looked through last.
    private var keys: KnownKeys.Identity?
    private var form: Int?
    /// What was found in them, in their order.
    private var found: [Found] = []

    private struct Found: BitwiseCopyable {
        /// Where the key is among the object's.
        let place: Int
        /// The number of its name.
        let name: Int
    }

    package init(_ names: MemberNames) { self.names = names }

    /// The members of an object, of equal keys the last; none if this is no object.
    package mutating func members(of node: JSONNode) -> JSONMembers {
        var members = JSONMembers(in: node.text)
        forEachKey(of: node) { key, name in members.take(key, as: name) }
        return members
    }

    /// Gives the entry of each key with one of the names that was not removed, and the number of its name.
    mutating func forEachKey(of node: JSONNode, _ body: (_ key: Int, _ name: Int) -> Void) {
        guard node.isObject else { return }
        let text = node.text
        guard let form = text.form(of: node.entry) else {
            return text.forEachKey(of: node.index) { key in
                if let name = names.number(of: text.entries[key], in: text) { body(key, name) }
            }
        }
        if form != self.form || text.keys != keys { learn(node, form) }
        var (key, place) = (node.index &+ 1, 0)
        for next in found {
            while place < next.place {
                key = Int(text.entries[key &+ 1].next)
                place &+= 1
            }
            if !text.entries[key].isRemoved { body(key, next.name) }
        }
    }

    private mutating func learn(_ node: JSONNode, _ form: Int) {
        let text = node.text
        (keys, self.form) = (text.keys, form)
        found.removeAll(keepingCapacity: true)
        var place = 0
        text.forEachKey(of: node.index, removedToo: true) { key in
            if let name = names.number(of: text.entries[key], in: text) {
                found.append(Found(place: place, name: name))
            }
            place += 1
        }
    }
}
