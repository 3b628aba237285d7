// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The flags of one section of the schema table.
protocol SectionKeys {
    static var flags: [FlagDefinition] { get }
}

/// The flags of one section, made from the table while the program runs.
///
/// ArgumentParser learns the flags of a type by reflecting `init()`: each child that is an `Option`, labelled as the
/// storage of a property wrapper ("_name"), is one. After parsing it decodes the type with a key for each name. Both
/// are open to a type that has no such properties but says that it has.
struct SectionFlags<Keys: SectionKeys>: ParsableArguments, CustomReflectable, Sendable {
    private(set) var values: [String: String] = [:]

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: FlagKey.self)
        for definition in Keys.flags {
            let option = try container.decode(Option<String?>.self, forKey: FlagKey(definition.name))
            values["--" + definition.name] = option.wrappedValue
        }
    }

    var customMirror: Mirror {
        Mirror(self, children: Keys.flags.map { ("_" + $0.name, $0.option as Any) })
    }
}

/// One flag as ArgumentParser is told of it.
struct FlagDefinition: Sendable {
    /// Without dashes.
    let name: String
    let option: Option<String?>

    /// The flags of some rows. ArgumentParser asks for them hundreds of times in a debug build, so they are to be kept.
    static func all(_ entries: [Entry]) -> [FlagDefinition] {
        entries.flatMap { entry in
            let standard = entry.defaultText.map { " (default: \($0))" } ?? ""
            return [
                entry.flag.map { flag in
                    FlagDefinition(
                        flag, "\(entry.help)\(standard).", entry.kind.valueName,
                        // The value of a number may begin with a dash.
                        parsing: entry.kind.takesRawText ? .next : .unconditional, completion: entry.completion)
                },
                entry.fileFlag.map { flag in
                    FlagDefinition(flag, "File with \(entry.key).", "file", parsing: .next, completion: .file())
                },
            ].compactMap { $0 }
        }
    }

    private init(
        _ flag: String, _ help: String, _ valueName: String, parsing: SingleValueParsingStrategy,
        completion: CompletionKind?
    ) {
        name = String(flag.dropFirst(2))
        option = Option(
            name: .customLong(name), parsing: parsing, help: ArgumentHelp(help, valueName: valueName),
            completion: completion)
    }
}

private struct FlagKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ flag: String) { stringValue = flag }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Entry {
    fileprivate var completion: CompletionKind? {
        switch kind {
        case .choice(let words): .list(words)
        case .boolean: .list(["true", "false"])
        default: nil
        }
    }
}
