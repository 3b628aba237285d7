// SPDX-License-Identifier: Apache-2.0

package import Values

/// A condition on documents in OSM's notation, for either store.
package struct OSMFilter: Sendable {
    let conditions: [(path: [String], value: Value)]

    package init(_ conditions: KeyValuePairs<String, Value>) {
        self.conditions = conditions.map { ($0.key.split(separator: ".").map(String.init), $0.value) }
    }

    package func matches(_ document: Object) -> Bool { true }
    package var query: Object { [:] }
}
