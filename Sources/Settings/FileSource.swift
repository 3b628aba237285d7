// SPDX-License-Identifier: Apache-2.0

import Yams

/// Reads the settings file: YAML, a mapping of sections, each a mapping of keys. "section.key" at the top works too.
///
/// The file is walked two levels deep and no deeper, so that neither nesting nor aliases can make it expensive.
enum FileSource {
    typealias Problem = SettingsError.Problem

    static func read(_ file: SettingsFile, problems: inout [Problem]) -> [Assignment] {
        let root: Node?
        do {
            root = try compose(yaml: file.text)
        } catch {
            problems.append(malformed(error, in: file))
            return []
        }
        var reader = Reader(path: file.path)
        switch root {
        case nil: break
        case .mapping(let mapping)?: reader.read(mapping)
        case .scalar(let scalar)? where Written(scalar).content == .null: break
        case .some(let node):
            reader.problems.append(
                Problem(
                    code: .malformed, key: file.path, value: nil, allowed: "it must be a mapping of sections",
                    place: reader.place(of: node)))
        }
        problems += reader.problems
        return reader.assignments
    }

    /// The message and line of a YAML error. Its own description quotes the file, which may hold secrets.
    private static func malformed(_ error: any Error, in file: SettingsFile) -> Problem {
        let (reason, line): (String, Int?) =
            switch error as? YamlError {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                (problem, mark.line)
            case .reader(let problem, _, _, _): (problem, nil)
            case .duplicatedKeysInMapping(let keys, let context):
                ("the same key twice in a mapping: \(keys.joined(separator: ", "))", context.mark.line)
            default: ("no YAML", nil)
            }
        return Problem(
            code: .malformed, key: file.path, value: nil, allowed: reason,
            place: line.map { .file(path: file.path, line: $0) })
    }

    private struct Reader {
        let path: String
        var assignments: [Assignment] = []
        var problems: [Problem] = []
        private var seen: Set<String> = []

        init(path: String) { self.path = path }

        func place(of node: Node) -> Place { .file(path: path, line: node.mark?.line ?? 1) }

        mutating func read(_ root: Node.Mapping) {
            for (name, value) in root {
                guard let name = text(of: name) else { continue }
                if Foreign.sections.contains(name) { continue }
                guard let section = Schema.sections.first(where: { $0.name == name }) else {
                    set(name, to: value, at: place(of: value))
                    continue
                }
                switch value {
                case .mapping(let mapping):
                    for (key, value) in mapping {
                        guard let key = text(of: key) else { continue }
                        set("\(name).\(key)", to: value, at: place(of: value))
                    }
                case .scalar(let scalar) where Written(scalar).content == .null: break
                default:
                    let keys = section.entries.map(\.name).joined(separator: ", ")
                    let content = if case .scalar = value { "a scalar" } else { "a list" }
                    problems.append(
                        Problem(
                            code: .wrongType, key: name, value: content,
                            allowed: "it must be a mapping with keys of: \(keys)",
                            place: place(of: value)))
                }
            }
        }

        private mutating func set(_ key: String, to value: Node, at place: Place) {
            guard !Foreign.keys.contains(key) else { return }
            let written = Written(value)
            guard let entry = Schema.byKey[key] else {
                let text = written.text.isEmpty ? nil : written.text
                return problems.append(.unknown(key, value: text, place: place))
            }
            guard seen.insert(key).inserted else {
                return problems.append(
                    Problem(code: .setTwice, key: key, value: nil, allowed: "once is enough", place: place))
            }
            assignments.append(Assignment(entry: entry, written: written, place: place))
        }

        private mutating func text(of key: Node) -> String? {
            if case .scalar(let scalar) = key { return scalar.string }
            problems.append(
                Problem(
                    code: .malformed, key: path, value: nil, allowed: "a key must be text", place: place(of: key)))
            return nil
        }
    }
}

extension Written {
    init(_ node: Node) {
        switch node {
        case .scalar(let scalar): self.init(scalar)
        case .mapping: self.init(.mapping)
        case .sequence: self.init(.list)
        case .alias: self.init(.null)  // the parser has replaced each by what it stands for
        }
    }

    /// Quoted text and text tagged as such are text; only a plain scalar can be something else.
    init(_ scalar: Node.Scalar) {
        if scalar.style == .plain, scalar.tag.description != Tag.Name.str.rawValue {
            self.init(plain: scalar.string)
        } else {
            self.init(.text, scalar.string)
        }
    }

    /// The value of a variable or flag: a YAML document of one scalar. Anything else is text.
    init(yaml text: String) {
        let node = try? compose(yaml: text)
        switch node {
        case .scalar(let scalar)?: self.init(scalar)
        case nil where text.allSatisfy(\.isWhitespace): self.init(.null)
        default: self.init(.text, text)
        }
    }
}
