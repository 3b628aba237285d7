// SPDX-License-Identifier: Apache-2.0

import Values

/// A value with gaps for atoms, as scripts/pack-golden writes it; see there for the format.
indirect enum Template {
    /// A value without gaps.
    case constant(Value)
    /// An atom itself, which may be a number.
    case atom(Int)
    case string(TextTemplate)
    case array([Template])
    case object([Member])
    /// Another template, the numbers of its atoms among the atoms here, and members to set in the result.
    case insertion(String, atoms: [Int], members: [Member])

    typealias Member = (key: TextTemplate, value: Template)

    static let mark = "§"

    init(_ value: Value) throws(GoldenError) {
        switch value {
        case .string(let text):
            let text = try TextTemplate(text)
            self = text.gaps.isEmpty ? .constant(value) : .string(text)
        case .array(let elements):
            let elements = try elements.map { (element) throws(GoldenError) in try Template(element) }
            self = elements.allSatisfy(\.isConstant) ? .constant(value) : .array(elements)
        case .object(let object): self = try Template(object)
        default: self = .constant(value)
        }
    }

    private init(_ object: Object) throws(GoldenError) {
        let isInsertion = object.members.first?.key == Self.mark
        let members = try object.members.dropFirst(isInsertion ? 1 : 0).map { (member) throws(GoldenError) -> Member in
            (try TextTemplate(member.key), try Template(member.value))
        }
        guard isInsertion else {
            let isConstant = members.allSatisfy { $0.key.gaps.isEmpty && $0.value.isConstant }
            self = isConstant ? .constant(.object(object)) : .object(members)
            return
        }
        switch object[Self.mark] {
        case .array(let reference)?:
            guard let name = reference.first?.string else {
                throw GoldenError(path: "\(reference)", reason: "names no template")
            }
            let atoms = try reference.dropFirst().map { (index) throws(GoldenError) in try Self.number(of: index) }
            self = .insertion(name, atoms: atoms, members: members)
        case let index: self = .atom(try Self.number(of: index ?? .null))
        }
    }

    private static func number(of atom: Value) throws(GoldenError) -> Int {
        guard case .int32(let number) = atom else { throw GoldenError(path: "\(atom)", reason: "no number of an atom") }
        return Int(number)
    }

    private var isConstant: Bool {
        if case .constant = self { true } else { false }
    }
}

/// A string with gaps: a text and, after each gap, another.
struct TextTemplate {
    let head: String
    let gaps: [(atom: Int, tail: String)]

    init(_ text: String) throws(GoldenError) {
        // "§" is C2 A7; most strings have no byte C2 at all.
        guard text.utf8.contains(0xC2) else {
            head = text
            gaps = []
            return
        }
        let pieces = text.split(separator: Template.mark, omittingEmptySubsequences: false)
        head = String(pieces[0])
        gaps = try pieces.dropFirst().map { (piece) throws(GoldenError) in
            let parts = piece.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let atom = Int(parts[0]) else { throw GoldenError(path: text, reason: "no atom") }
            return (atom, String(parts[1]))
        }
    }
}
