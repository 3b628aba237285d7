// SPDX-License-Identifier: Apache-2.0

package import Values

/// Exact JSON: what Python's `json.loads` accepts, with no number or text changed on the way.
package enum JSON {
    /// The deepest nesting that is followed; beyond it lies an error, never a stack overflow.
    package static let depthLimit = 512

    /// Reads one JSON text.
    ///
    /// Beyond the standard, `NaN`, `Infinity` and `-Infinity` are numbers, as for Python. Of equal keys the last value
    /// counts, at the place of the first. A string with a lone surrogate is `.unrepresentable`, and so is an object
    /// that has one in a key.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> Value {
        try JSONDocument(bytes).value
    }

    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> Value {
        try lending(bytes) { (bytes) throws(JSONError) in try parse(bytes) }
    }

    package static func parse(_ text: String) throws(JSONError) -> Value {
        try parse(Array(text.utf8))
    }

    /// `withUnsafeBytes` with typed throws.
    static func lending<Result>(
        _ bytes: [UInt8],
        _ body: (UnsafeRawBufferPointer) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in try body(UnsafeRawBufferPointer(buffer)) }
    }
}
