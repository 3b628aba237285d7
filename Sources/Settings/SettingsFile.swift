// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A settings file that was read: the text, and the path for messages.
package struct SettingsFile: Sendable {
    package let path: String
    package let text: String

    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// Where a file is looked for when none is named; the first that exists is taken.
    package static let defaultPaths = ["config.yaml", "/etc/vimwatch/config.yaml"]

    package struct ReadError: Error, Equatable {
        package let reason: String
        package let isMissing: Bool

        package init(reason: String, isMissing: Bool = false) {
            self.reason = reason
            self.isMissing = isMissing
        }
    }

    /// No settings and no secret come near this many bytes.
    static let largestSize = 1 << 20

    /// The text of a file.
    package static func read(_ path: String) throws(ReadError) -> String {
        guard let file = fopen(path, "r") else {
            let code = errno
            throw ReadError(reason: String(cString: strerror(code)), isMissing: code == ENOENT)
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: largestSize + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0 else { throw ReadError(reason: String(cString: strerror(errno))) }
        guard count <= largestSize else { throw ReadError(reason: "larger than \(largestSize) bytes") }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw ReadError(reason: "not UTF-8")
        }
        return text
    }

    /// The file that `--config` or `VIMWATCH_CONFIG` names, else the first default that exists.
    ///
    /// - Throws: `SettingsError` if the file that is named is missing, or a file cannot be read.
    package static func find(
        named path: String?, environment: [String: String],
        read: (String) throws(ReadError) -> String = SettingsFile.read
    ) throws(SettingsError) -> SettingsFile? {
        let variable = environment["VIMWATCH_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let named = path ?? variable
        let place: Place? = named.map { _ in path == nil ? .environment("VIMWATCH_CONFIG") : .flag("--config") }
        for path in named.map({ [$0] }) ?? defaultPaths {
            do throws(ReadError) {
                return SettingsFile(path: path, text: try read(path))
            } catch  where error.isMissing && named == nil {
                continue
            } catch {
                throw SettingsError(problems: [
                    .init(code: .unreadable, key: path, value: nil, allowed: error.reason, place: place)
                ])
            }
        }
        return nil
    }
}
