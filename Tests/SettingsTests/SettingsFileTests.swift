// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Settings

@Suite struct SettingsFileTests {
    typealias ReadError = SettingsFile.ReadError

    /// Files that exist, by path.
    private func find(_ path: String?, _ environment: [String: String], files: [String: String]) throws(SettingsError)
        -> SettingsFile?
    {
        try SettingsFile.find(named: path, environment: environment) { (path) throws(ReadError) in
            guard let text = files[path] else { throw ReadError(reason: "No such file", isMissing: true) }
            if text == "locked" { throw ReadError(reason: "Permission denied") }
            return text
        }
    }

    @Test("the flag, then the variable, then the folder, then /etc")
    func order() throws {
        var files = ["a": "1", "b": "2", "config.yaml": "3", "/etc/vimwatch/config.yaml": "4"]
        let environment = ["VIMWATCH_CONFIG": "b"]
        #expect(try find("a", environment, files: files)?.text == "1")
        #expect(try find(nil, environment, files: files)?.text == "2")
        #expect(try find(nil, ["VIMWATCH_CONFIG": ""], files: files)?.text == "3")
        files["config.yaml"] = nil
        let last = try find(nil, [:], files: files)
        #expect(last?.text == "4" && last?.path == "/etc/vimwatch/config.yaml")
        #expect(try find(nil, [:], files: [:]) == nil)
    }

    @Test(
        "a file that is named must be there, one that is there must be readable",
        arguments: [
            ("x", [:], [:], ["x", "No such file", "flag --config"]),
            (nil, ["VIMWATCH_CONFIG": "x"], [:], ["x", "No such file", "VIMWATCH_CONFIG"]),
            (
                nil, [:], ["config.yaml": "locked", "/etc/vimwatch/config.yaml": ""],
                ["config.yaml", "Permission denied"]
            ),
        ] as [(String?, [String: String], [String: String], [String])])
    func errors(path: String?, environment: [String: String], files: [String: String], parts: [String]) {
        let error = #expect(throws: SettingsError.self) { try find(path, environment, files: files) }
        #expect(error?.problems.map(\.code) == [.unreadable])
        for part in parts { #expect(error?.description.contains(part) == true) }
    }

    @Test("reading from the disk")
    func disk() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ bytes: some Sequence<UInt8>) throws -> String {
            let file = folder.appendingPathComponent("file")
            try Data(bytes).write(to: file)
            return file.path
        }
        #expect(try SettingsFile.read(try path("é\n".utf8)) == "é\n")
        #expect(try SettingsFile.read(try path([])) == "")
        #expect(throws: ReadError(reason: "not UTF-8")) { try SettingsFile.read(try path([0xFF])) }
        let large = [UInt8](repeating: 0x61, count: SettingsFile.largestSize + 1)
        #expect(try SettingsFile.read(try path(large.dropLast())).utf8.count == SettingsFile.largestSize)
        #expect(throws: ReadError(reason: "larger than 1048576 bytes")) { try SettingsFile.read(try path(large)) }
        #expect(throws: ReadError(reason: "Is a directory")) { try SettingsFile.read(folder.path) }
        let missing = folder.appendingPathComponent("none").path
        #expect(throws: ReadError(reason: "No such file or directory", isMissing: true)) {
            try SettingsFile.read(missing)
        }

        let file = try path("writer: {batch: 7}".utf8)
        let loaded = try Settings.load(path: file, environment: [:], flags: ["--writer-bytes": "70000"])
        #expect(loaded.settings.writer.batch == 7 && loaded.settings.writer.bytes == 70000)
        #expect(loaded.settings.places["writer.batch"] == .file(path: file, line: 1))
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(path: missing, environment: [:], flags: ["--writer-batch": "x"])
        }
        #expect(error?.problems.map(\.code) == [.unreadable, .wrongType])
    }
}
