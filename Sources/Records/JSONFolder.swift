// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Values

extension MemoryStore {
    /// OSM's database as a folder of JSON files, one per collection: `admin.json`, `vim_accounts.json`, `ro_tasks.json`
    /// and `vnfrs.json`, each an array of documents or one document per line, as `mongoexport` writes them. Types that
    /// JSON has not are in MongoDB's extended JSON. A file that is missing is an empty collection; one must be there.
    ///
    /// What is changed stays in memory: the files are only read.
    ///
    /// - Throws: naming the file and the line, or the document, that cannot be read.
    package init(folder path: String) throws(StoreError) {
        let files = ["admin", "vim_accounts", "ro_tasks", "vnfrs"].map { name in
            (collection: name, path: URL(fileURLWithPath: path).appendingPathComponent(name + ".json").path)
        }
        let present = files.filter { FileManager.default.fileExists(atPath: $0.path) }
        guard !present.isEmpty else {
            let names = files.map { "\($0.collection).json" }.joined(separator: ", ")
            throw StoreError(
                attempted: "load the folder \(path)", reason: "it holds none of \(names)", isRetriable: false)
        }
        var collections: [String: [Object]] = [:]
        for file in present { collections[file.collection] = try JSONFile(path: file.path).documents() }
        self.init(collections: collections)
    }
}

private struct JSONFile {
    let path: String
    private let bytes: [UInt8]

    init(path: String) throws(StoreError) {
        self.path = path
        do { bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
            throw StoreError(attempted: "read \(path)", reason: error.localizedDescription, isRetriable: false)
        }
    }

    func documents() throws(StoreError) -> [Object] {
        let start = bytes.firstIndex { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? bytes.endIndex
        let values =
            bytes[start...].first == UInt8(ascii: "[")
            ? try parse(0..<bytes.count).array ?? []
            : try lines.map { line throws(StoreError) in try parse(line) }
        var ids: Set<[UInt8]> = []
        var documents: [Object] = []
        for (index, value) in values.enumerated() {
            let document: Object
            do throws(ExtendedJSONError) { document = try ExtendedJSON.document(value) } catch {
                throw failure("document \(index + 1)\(error.path.isEmpty ? "" : ", \(error.path)"): \(error.reason)")
            }
            guard let id = document["_id"] else { throw failure("document \(index + 1) has no _id") }
            if let id = id.string, !ids.insert(Array(id.utf8)).inserted {
                throw failure("document \(index + 1): the _id \"\(id)\" occurs twice")
            }
            documents.append(document)
        }
        return documents
    }

    /// The lines that are not blank.
    private var lines: [Range<Int>] {
        bytes.split(separator: 0x0A).map(\.indices).filter {
            !bytes[$0].allSatisfy { [0x20, 0x09, 0x0D].contains($0) }
        }
    }

    private func parse(_ range: Range<Int>) throws(StoreError) -> Value {
        do throws(JSONError) { return try JSON.parse(Array(bytes[range])) } catch {
            let before = bytes[..<(range.lowerBound + error.offset)]
            let line = before.count { $0 == 0x0A } + 1
            let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
            throw failure("line \(line), byte \(column): \(error.reason)")
        }
    }

    private func failure(_ reason: String) -> StoreError {
        StoreError(attempted: "read \(path)", reason: reason, isRetriable: false)
    }
}

extension ExtendedJSON {
    static func bytes(ofBase64 text: String) -> [UInt8]? { Data(base64Encoded: text).map(Array.init) }

    /// Milliseconds since 1970 of a time like `2024-05-01T12:00:00.123Z`.
    static func milliseconds(ofTime text: String) -> Int64? {
        let styles = [true, false].map { Date.ISO8601FormatStyle(includingFractionalSeconds: $0) }
        return styles.lazy.compactMap { try? $0.parse(text) }.first.flatMap {
            Int64(exactly: ($0.timeIntervalSince1970 * 1000).rounded())
        }
    }
}
