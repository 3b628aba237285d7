// SPDX-License-Identifier: Apache-2.0

import JSON
package import Values

extension PyYAML {
    /// The YAML of a value that was built or decoded: the detour over its JSON is for rare uses.
    package static func dump(_ value: Value) throws(PyYAMLError) -> [UInt8] {
        var output: [UInt8] = []
        try dump(value, into: &output)
        return output
    }

    /// Appends the YAML of a value to bytes; nothing, if there is an error.
    package static func dump(_ value: Value, into output: inout [UInt8]) throws(PyYAMLError) {
        try value.requireYAML()
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(JSON.serialize(value)) } catch {
            throw PyYAMLError(code: .unreadable(error))
        }
        try dump(document, into: &output)
    }
}

extension Value {
    /// Finds the first value, in the order of the YAML, that has none.
    fileprivate func requireYAML() throws(PyYAMLError) {
        switch self {
        case .opaque(let type, _): throw PyYAMLError(code: .opaque(type: type))
        case .unrepresentable: throw PyYAMLError(code: .unrepresentable)
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                do throws(PyYAMLError) { try element.requireYAML() } catch { throw error.inside(String(index)) }
            }
        case .object(let object):
            for member in object.members.sorted(by: { $0.key.precedes(inCodePoints: $1.key) }) {
                do throws(PyYAMLError) { try member.value.requireYAML() } catch { throw error.inside(member.key) }
            }
        default: break
        }
    }
}
