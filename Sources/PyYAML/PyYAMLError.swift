// SPDX-License-Identifier: Apache-2.0

package import JSON

/// A value that has no YAML: text with a lone surrogate, or a type of BSON that JSON does not have.
package struct PyYAMLError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        case unrepresentable
        case opaque(type: UInt8)
        /// A value that no JSON text can be read for, such as one that nests too deep.
        case unreadable(JSONError)
    }

    package let code: Code
    /// Keys and indexes from the root to the value.
    package let path: [String]

    package init(code: Code, path: [String] = []) {
        self.code = code
        self.path = path
    }

    package var description: String {
        let place = path.isEmpty ? "the value" : path.joined(separator: ".")
        return switch code {
        case .unrepresentable: "no YAML for \(place): it holds text with a lone surrogate"
        case .unreadable(let error): "no YAML for \(place): \(error)"
        case .opaque(let type): "no YAML for \(place): it is a BSON value of type \(type)"
        }
    }

    /// The same error, seen from the container that has the value at a key or index.
    func inside(_ component: String) -> PyYAMLError { PyYAMLError(code: code, path: [component] + path) }
}
