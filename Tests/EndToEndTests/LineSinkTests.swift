// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Commands

/// Lines wait for each other, but none is lost or overtaken.
@Suite(.timeLimit(.minutes(5))) struct LineSinkTests {
    private let pipe = Pipe()

    private func write(_ line: String, to sink: LineSink, atOnce: Bool) {
        Array((line + "\n").utf8).withUnsafeBufferPointer { sink.write($0, atOnce: atOnce) }
    }

    private func written() throws -> [Substring] {
        try pipe.fileHandleForWriting.close()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    @Test func anUrgentLineTakesAlongWhatWaits() throws {
        let sink = LineSink(pipe.fileHandleForWriting.fileDescriptor)
        for number in 1...3 { write("\(number)", to: sink, atOnce: false) }
        write("4", to: sink, atOnce: true)
        #expect(try written() == ["1", "2", "3", "4"])
    }

    /// Reading waits for the line: it has to come without another behind it.
    @Test func aLineThatNobodyFollowsIsWrittenToo() throws {
        let sink = LineSink(pipe.fileHandleForWriting.fileDescriptor)
        write("alone", to: sink, atOnce: false)
        #expect(String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self) == "alone\n")
    }

    /// The reader is behind by more than a pipe has room for by itself, and nobody waits for it.
    @Test func aReaderMayBeBehind() throws {
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        let before = fcntl(descriptor, 1032, 0)
        _ = LineSink(descriptor)
        #expect(before == 1 << 16 && fcntl(descriptor, 1032, 0) == 1 << 20)
    }

    /// More than may wait is written before its caller goes on.
    @Test func noMoreThanSomeWait() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("lines-\(UUID())")
        defer { try? FileManager.default.removeItem(at: url) }
        #expect(FileManager.default.createFile(atPath: url.path, contents: nil))
        let file = try FileHandle(forWritingTo: url)
        let line = String(repeating: "x", count: 1 << 20)
        write(line, to: LineSink(file.fileDescriptor), atOnce: false)
        #expect(try Data(contentsOf: url).count == line.utf8.count + 1)
    }
}
