// SPDX-License-Identifier: Apache-2.0

import Values

/// The shared templates, and how to fill one.
struct Templates {
    private let templates: [String: Template]

    init(_ value: Value) throws(GoldenError) {
        var templates: [String: Template] = [:]
        for member in try Field(value, path: "templates.json").object().members {
            templates[member.key] = try Template(member.value)
        }
        self.templates = templates
    }

    /// The value of a template whose gaps are filled with these atoms.
    func fill(_ template: Template, _ atoms: [Value]) throws(GoldenError) -> Value {
        switch template {
        case .constant(let value): return value
        case .atom(let index): return try atom(index, atoms)
        case .string(let text): return .string(try fill(text, atoms))
        case .array(let elements):
            return .array(try elements.map { (element) throws(GoldenError) in try fill(element, atoms) })
        case .object(let members):
            let filled = try members.map { (member) throws(GoldenError) in
                Object.Member(key: try fill(member.key, atoms), value: try fill(member.value, atoms))
            }
            return .object(Object(uniqueMembers: filled))
        case .insertion(let name, let indexes, let members):
            guard let inner = templates[name] else { throw GoldenError(path: name, reason: "no such template") }
            let own = try indexes.map { (index) throws(GoldenError) in try atom(index, atoms) }
            let inserted = try fill(inner, own)
            guard !members.isEmpty, var object = inserted.object else { return inserted }
            for member in members { object[try fill(member.key, atoms)] = try fill(member.value, atoms) }
            return .object(object)
        }
    }

    private func fill(_ text: TextTemplate, _ atoms: [Value]) throws(GoldenError) -> String {
        var result = text.head
        for gap in text.gaps {
            guard let atom = try atom(gap.atom, atoms).string else {
                throw GoldenError(path: text.head, reason: "atom \(gap.atom) is no text")
            }
            result += atom
            result += gap.tail
        }
        return result
    }

    private func atom(_ index: Int, _ atoms: [Value]) throws(GoldenError) -> Value {
        guard atoms.indices.contains(index) else { throw GoldenError(path: "atom \(index)", reason: "missing") }
        return atoms[index]
    }
}
