// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// The memory in which the parts of some changes lie.
struct ChangeMemory: Sendable {
    /// The paths, and values that lie nowhere else.
    var own: [UInt8] = []
    /// What holds the record as it was read.
    var record: [UInt8] = []
    /// What was seen, some of which may be set in it.
    var seen: SeenValues?

    /// A value as BSON has it: a string with its length and terminator.
    struct Piece {
        enum Source { case own, record, seen }

        let source: Source
        /// See `BSONType`.
        let type: UInt8
        let range: Range<Int>
    }

    /// All of it while it is lent.
    struct Lent {
        let own: UnsafeRawBufferPointer
        let record: UnsafeRawBufferPointer
        let seen: UnsafeRawBufferPointer

        func element(_ piece: Piece) -> BSONElement {
            let bytes =
                switch piece.source {
                case .own: own
                case .record: record
                case .seen: seen
                }
            return BSONElement(type: piece.type, value: UnsafeRawBufferPointer(rebasing: bytes[piece.range]))
        }
    }

    /// Whether what does not lie in the changes' own bytes lies in the same place.
    func isShared(with other: ChangeMemory) -> Bool {
        seen === other.seen
            && record.withUnsafeBytes { record in other.record.withUnsafeBytes { record.baseAddress == $0.baseAddress }
            }
    }

    func lent<Result>(_ body: (Lent) -> Result) -> Result {
        own.withUnsafeBytes { own in
            record.withUnsafeBytes { record in
                body(
                    Lent(
                        own: own, record: record, seen: seen?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)))
            }
        }
    }
}

/// A record while it is looked at, and who owns its bytes: of what is noted of it no copy has to be made.
struct LentRecord {
    let document: SharedBytes
    /// The same bytes where they are looked at.
    let bytes: UnsafeRawBufferPointer

    /// Where in the record's memory a value of it begins; `nil` if it is none of it.
    func offset(of value: UnsafeRawBufferPointer) -> Int? {
        bytes.offset(of: value).map { document.range.lowerBound + $0 }
    }
}

extension UnsafeRawBufferPointer {
    /// Where among these bytes others begin; `nil` if they are none of them.
    func offset(of part: UnsafeRawBufferPointer) -> Int? {
        guard let base = baseAddress, let start = part.baseAddress, start >= base, start + part.count <= base + count
        else { return nil }
        return start - base
    }
}
