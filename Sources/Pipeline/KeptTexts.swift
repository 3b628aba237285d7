// SPDX-License-Identifier: Apache-2.0

/// Texts of listed objects that have to be looked at, many in one piece of memory.
struct KeptTexts: Sendable {
    /// Where one of them lies.
    struct Place: Sendable, BitwiseCopyable {
        fileprivate let chunk: UInt32
        fileprivate let start: UInt32
        fileprivate let count: UInt32

        /// In bytes.
        var size: Int { Int(count) }
    }

    private var chunks: [[UInt8]] = []

    /// In bytes: of the first piece, and of the largest one.
    private static let chunkSizes = (first: 16 << 10, largest: 256 << 10)

    /// Keeps a copy of a text.
    mutating func append(_ text: UnsafeRawBufferPointer) -> Place {
        if chunks.last.map({ $0.capacity - $0.count < text.count }) ?? true { begin(withRoomFor: text.count) }
        let chunk = chunks.count - 1
        let start = chunks[chunk].count
        chunks[chunk].append(contentsOf: text)
        return Place(
            chunk: UInt32(truncatingIfNeeded: chunk), start: UInt32(truncatingIfNeeded: start),
            count: UInt32(truncatingIfNeeded: text.count))
    }

    private mutating func begin(withRoomFor count: Int) {
        let size = chunks.last.map { min(2 * $0.capacity, Self.chunkSizes.largest) } ?? Self.chunkSizes.first
        var chunk: [UInt8] = []
        chunk.reserveCapacity(max(size, count))
        chunks.append(chunk)
    }

    /// Lends one of them.
    func lent<Result, Failure>(
        _ place: Place, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let range = Int(place.start)..<Int(place.start) + Int(place.count)
        return try chunks[Int(place.chunk)].withUnsafeBufferPointer { (bytes) throws(Failure) in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range])))
        }
    }
}
