// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// `config.yaml`: every key with its default and a line of comment. Read back, it changes nothing.
    package static var configFile: String {
        let head = """
            # Settings of VIMWatch: every key with its default. Keys that are null have none.
            #
            # A flag is stronger than an environment variable, a variable than this file. Flags and variables are named
            # after the keys: database.uri is --database-uri and VIMWATCH_DATABASE_URI. See docs/configuration.md.

            """
        return head
            + sections.map { section in
                "\n# \(section.title)\n\(section.name):\n"
                    + section.entries.map { entry in
                        "  # \(comment(on: entry))\n  \(entry.name): \(entry.defaultText ?? "null")\n"
                    }.joined()
            }.joined()
    }

    static func comment(on entry: Entry) -> String {
        entry.kind == .text ? entry.help : "\(entry.help): \(entry.allowed)"
    }

    /// `docs/configuration.md`: the reference of all keys.
    package static var referencePage: String {
        let head = """
            # Configuration

            This page is made from the schema table in `Sources/Settings`, as are `config.yaml`, the flags and their
            help.

            A flag is stronger than an environment variable, a variable than the file, the file than the default. The
            file is the one that `--config` or `VIMWATCH_CONFIG` names, else `./config.yaml`, else
            `/etc/vimwatch/config.yaml`. Anything unknown, of the wrong type or out of range is an error that names
            key, value, what is allowed and where it was set; all of them are reported together, and nothing starts.

            - **File**: YAML, a mapping of sections. A key that is null counts as not set. NG-RO's other sections and
              keys are accepted and ignored.
            - **Environment**: every key is `VIMWATCH_<SECTION>_<KEY>`. Keys kept from NG-RO, marked with ●, are
              `OSMRO_<SECTION>_<KEY>` too, which is weaker. Numbers and booleans are YAML scalars, text is taken as
              it is, and an empty variable counts as not set. An unknown `VIMWATCH_…` is an error, except for the
              variables that Kubernetes sets for services; unknown `OSMRO_…` are named in one warning.
            - **Flags**: every key is `--<section>-<key>`. Secrets have no flag with the value, only `--…-file` with
              a file that holds it; a newline at its end is removed. A URI with a password is refused on the command
              line and can be given by `--…-file`.

            """
        return head + sections.map { "\n" + page(of: $0) }.joined()
    }

    private static func page(of section: Section) -> String {
        let rows = section.entries.map { entry in
            let mark = entry.origin == .kept ? " ●" : ""
            let standard = entry.defaultText.map { "`\($0)`" } ?? "–"
            let flags = [entry.flag, entry.fileFlag].compactMap { $0 }.map { "`\($0)`" }.joined(separator: " ")
            return "| `\(entry.key)`\(mark) | \(entry.help) | \(entry.allowed) | \(standard) | \(flags) |\n"
        }
        return """
            ## \(section.title)

            | key | meaning | allowed | default | flags |
            |---|---|---|---|---|
            \(rows.joined())
            """
    }
}
