// SPDX-License-Identifier: Apache-2.0

import Inventory
import TestGoldenExpectation
import Testing
import Values

extension Object {
    /// The value at a path with dots.
    func at(_ path: String) -> Value? { Value.object(self).value(at: FieldPath(path.components)) }

    /// Sets or, with `nil`, removes the value at a path whose parent exists.
    mutating func put(_ path: String, _ value: Value?) {
        var document = Value.object(self)
        document.put(path.components[...], value)
        self = document.object!
    }
}

extension String {
    fileprivate var components: [String] { split(separator: ".").map(String.init) }
}

extension Value {
    fileprivate mutating func put(_ path: ArraySlice<String>, _ value: Value?) {
        guard let key = path.first else {
            self = value!
            return
        }
        switch self {
        case .object(var object):
            if path.count == 1 {
                object[key] = value
            } else {
                guard var member = object[key] else {
                    Issue.record("nothing to set at \(path.joined(separator: "."))")
                    return
                }
                member.put(path.dropFirst(), value)
                object[key] = member
            }
            self = .object(object)
        case .array(var elements):
            elements[Int(key)!].put(path.dropFirst(), value)
            self = .array(elements)
        default: Issue.record("nothing to set at \(path.joined(separator: "."))")
        }
    }
}

extension Value? {
    /// Whether both are the same to the last bit, or both are not there.
    func isSame(as other: Value?) -> Bool {
        switch (self, other) {
        case (nil, nil): true
        case (let left?, let right?): left.isIdentical(to: right)
        default: false
        }
    }
}

extension [Value] {
    mutating func edit(id: String, _ body: (inout Object) -> Void) {
        for index in indices where self[index]["id"]?.string == id {
            var object = self[index].object!
            body(&object)
            self[index] = .object(object)
        }
    }

    mutating func remove(id: String) { removeAll { $0["id"]?.string == id } }
}

/// That two documents, or lists of them, hold the same, key order aside.
func expectSame(
    _ actual: [Object], _ expected: [Object], _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(actual.count == expected.count, comment, sourceLocation: sourceLocation)
    for (actual, expected) in zip(actual, expected) {
        let differences = ValueDifference.all(.object(actual), .object(expected), "")
        #expect(
            differences.isEmpty, "\(comment.map { "\($0)" } ?? ""): \(differences.prefix(8))",
            sourceLocation: sourceLocation)
    }
}

func expectSame(_ actual: Object, _ expected: Object, sourceLocation: SourceLocation = #_sourceLocation) {
    expectSame([actual], [expected], sourceLocation: sourceLocation)
}
