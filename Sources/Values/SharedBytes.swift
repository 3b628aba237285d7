// SPDX-License-Identifier: Apache-2.0

/// Bytes that lie among others in the same memory. There are several for each of thousands of VMs, most of them so large
/// that a piece of memory for each would cost more than what is done with it.
public struct SharedBytes: Sendable {
    /// They stay as long as any of these bytes do.
    public let memory: [UInt8]
    /// Where these are in it.
    public let range: Range<Int>

    /// Bytes with memory of their own.
    public init(_ bytes: [UInt8]) { self.init(of: bytes, at: bytes.indices) }

    /// - Parameter range: within the memory.
    public init(of memory: [UInt8], at range: Range<Int>) {
        precondition(range.upperBound <= memory.count)
        (self.memory, self.range) = (memory, range)
    }

    /// How many bytes there are.
    public var count: Int { range.count }

    /// Lends the bytes. It is inlinable: modules that use it get it made for their own types.
    @inlinable
    public func lent<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try memory.withUnsafeBufferPointer { (memory) throws(Failure) in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: memory[range])))
        }
    }
}

extension SharedBytes: Equatable {
    /// Whether both are the same bytes, wherever they lie.
    public static func == (left: SharedBytes, right: SharedBytes) -> Bool {
        left.memory[left.range] == right.memory[right.range]
    }
}
