// SPDX-License-Identifier: Apache-2.0

import Values

/// Makes values of an indexed text.
struct ValueDecoder {
    private let text: IndexedText
    private var keys = KeyStack()

    init(_ text: IndexedText) { self.text = text }

    mutating func value(at index: Int) -> Value {
        let entry = text.entries[index]
        guard !entry.isUnrepresentable else { return .unrepresentable }
        switch entry.kind {
        case .null: return .null
        case .false: return .bool(false)
        case .true: return .bool(true)
        case .integer: return NumberScanner(text.source(of: entry)).integer
        case .double: return .double(text.double(entry))
        case .string: return text.string(entry).map { .string($0) } ?? .unrepresentable
        case .array: return .array(elements(of: index))
        case .object: return .object(Object(uniqueMembers: members(of: index)))
        }
    }

    private mutating func elements(of array: Int) -> [Value] {
        var elements: [Value] = []
        text.forEachElement(of: array) { elements.append(value(at: $0)) }
        return elements
    }

    private mutating func members(of object: Int) -> [Object.Member] {
        var members: [Object.Member] = []
        guard text.entries[object].next > object + 1 else { return members }
        members.reserveCapacity(4)
        let level = keys.enter()
        text.forEachKey(of: object) { place in
            let entry = text.entries[place]
            let key = text.string(entry) ?? ""
            let index = keys.index(of: key, source: text.source(of: entry), in: members, level)
            let value = value(at: place + 1)
            if let index { members[index].value = value } else { members.append(.init(key: key, value: value)) }
        }
        keys.leave(level)
        return members
    }
}
