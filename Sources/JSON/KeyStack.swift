// SPDX-License-Identifier: Apache-2.0

import Values

/// Finds repeated keys of the objects that a parser has open.
///
/// The digests of an open object's keys lie at the end of one list, in the order of its members. Large objects get a
/// table, so that time stays proportional to the text whatever a cloud sends; the digest is keyed, so that nobody can
/// choose keys that meet in the table.
struct KeyStack {
    struct Level {
        let start: Int
        let previousTable: [UInt64: Int]?
    }

    private static let digestKey = DigestKey.random()
    private static let tableThreshold = 64

    private let digestKey = Self.digestKey
    private var digests: [UInt64] = []
    private var table: [UInt64: Int]?

    mutating func enter() -> Level {
        defer { table = nil }
        return Level(start: digests.count, previousTable: table)
    }

    mutating func leave(_ level: Level) {
        digests.removeSubrange(level.start...)
        table = level.previousTable
    }

    /// The place of a key among the members that an object has already. A key that is not among them is remembered:
    /// the caller appends it.
    /// - Parameter source: the key's text between its quotes.
    mutating func index(
        of key: String, source: UnsafeRawBufferPointer, in members: [Object.Member], _ level: Level
    ) -> Int? {
        let digest = digest(of: key, source: source)
        if let index = find(digest, level), members[index].key.isIdentical(toText: key) { return index }
        digests.append(digest)
        table?[digest] = members.count
        return nil
    }

    /// Every escape is longer than what it stands for, so a source of the same length is the key itself.
    @inline(__always)
    private func digest(of key: String, source: UnsafeRawBufferPointer) -> UInt64 {
        if key.utf8.count == source.count { return digestKey.digest(source).low }
        var key = key
        return key.withUTF8 { digestKey.digest(UnsafeRawBufferPointer($0)).low }
    }

    private mutating func find(_ digest: UInt64, _ level: Level) -> Int? {
        if let table { return table[digest] }
        if digests.count - level.start < Self.tableThreshold {
            for index in level.start..<digests.count where digests[index] == digest { return index - level.start }
            return nil
        }
        table = [:]
        for index in level.start..<digests.count { table?[digests[index]] = index - level.start }
        return table?[digest]
    }
}
