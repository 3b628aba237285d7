// SPDX-License-Identifier: Apache-2.0

import Values

/// Which fields of a document are read. MongoDB is told by `query`; the store in memory does the same by `apply`, down
/// to what happens to lists, so that readers see the same.
struct Projection: Sendable {
    private enum Mode { case including, excluding }

    /// Paths as a tree; an empty one is the end of a path.
    private struct Tree {
        var children: [String: Tree] = [:]

        mutating func insert(_ path: ArraySlice<String>) {
            guard let key = path.first else { return }
            children[key, default: Tree()].insert(path.dropFirst())
        }
    }

    let query: Object
    private let mode: Mode
    private let tree: Tree

    /// These fields and `_id`. A path through a list drops the list's elements that are no objects.
    static func including(_ paths: [String]) -> Projection { Projection(.including, paths) }

    /// All fields but these.
    static func excluding(_ paths: [String]) -> Projection { Projection(.excluding, paths) }

    private init(_ mode: Mode, _ paths: [String]) {
        self.mode = mode
        query = Object(uniqueMembers: paths.map { .init(key: $0, value: mode == .including ? 1 : 0) })
        var tree = Tree()
        if mode == .including { tree.insert(["_id"]) }
        for path in paths { tree.insert(path.split(separator: ".").map(String.init)[...]) }
        self.tree = tree
    }

    func apply(to document: Object) -> Object { apply(tree, to: document) }

    private func apply(_ tree: Tree, to object: Object) -> Object {
        Object(
            uniqueMembers: object.members.compactMap { member in
                let subtree = tree.children[member.key]
                if let subtree, !subtree.children.isEmpty {
                    return apply(subtree, to: member.value).map { Object.Member(key: member.key, value: $0) }
                }
                return (subtree != nil) == (mode == .including) ? member : nil
            }
        )
    }

    /// `nil` for a scalar where a path goes on.
    private func apply(_ tree: Tree, to value: Value) -> Value? {
        switch value {
        case .object(let object): .object(apply(tree, to: object))
        case .array(let elements): .array(elements.compactMap { apply(tree, to: $0) })
        default: mode == .including ? Optional.none : value
        }
    }
}
