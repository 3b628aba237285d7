// SPDX-License-Identifier: Apache-2.0

import Values

/// A value of the fixtures with the path to it, for reading it as what it must be.
struct Field {
    let value: Value
    let path: String

    init(_ value: Value, path: String) {
        self.value = value
        self.path = path
    }

    /// A member that must exist.
    subscript(key: String) -> Field {
        get throws(GoldenError) {
            guard let value = value[key] else { throw GoldenError(path: "\(path).\(key)", reason: "missing") }
            return Field(value, path: "\(path).\(key)")
        }
    }

    /// A member that may be absent or null.
    func optional(_ key: String) -> Field? {
        guard let value = value[key], !value.isNull else { return nil }
        return Field(value, path: "\(path).\(key)")
    }

    func string() throws(GoldenError) -> String { try require(value.string, "a string") }

    func object() throws(GoldenError) -> Object { try require(value.object, "an object") }

    func array() throws(GoldenError) -> [Value] { try require(value.array, "an array") }

    func array<Element>(_ read: (Field) throws(GoldenError) -> Element) throws(GoldenError) -> [Element] {
        var result: [Element] = []
        for (index, element) in try array().enumerated() {
            result.append(try read(Field(element, path: "\(path)[\(index)]")))
        }
        return result
    }

    func choice<Choice: RawRepresentable<String>>() throws(GoldenError) -> Choice {
        try require(Choice(rawValue: string()), "one of the known words")
    }

    private func require<Result>(_ result: Result?, _ kind: String) throws(GoldenError) -> Result {
        guard let result else { throw GoldenError(path: path, reason: "not \(kind)") }
        return result
    }
}
