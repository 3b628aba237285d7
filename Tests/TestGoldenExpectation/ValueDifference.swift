// SPDX-License-Identifier: Apache-2.0

import Inventory
package import Values

package enum ValueDifference {
    /// Where two values differ by type or value, key order aside.
    package static func all(_ actual: Value?, _ expected: Value?, _ path: String) -> [String] {
        switch (actual, expected) {
        case (.object(let left)?, .object(let right)?):
            let keys = Set(left.members.map(\.key)).union(right.members.map(\.key))
            return keys.sorted().flatMap { all(left[$0], right[$0], "\(path).\($0)") }
        case (.array(let left)?, .array(let right)?) where left.count == right.count:
            return left.indices.flatMap { all(left[$0], right[$0], "\(path).\($0)") }
        case (let left?, let right?) where left.isIdentical(to: right): return []
        case (nil, nil): return []
        default: return ["\(path): \(actual?.summary ?? "absent") instead of \(expected?.summary ?? "absent")"]
        }
    }
}
