// SPDX-License-Identifier: Apache-2.0

/// Fixtures that are not as scripts/pack-golden writes them.
package struct GoldenError: Error, CustomStringConvertible {
    /// Where in the fixtures.
    package let path: String
    package let reason: String

    package var description: String { "golden fixtures, \(path): \(reason)" }
}
