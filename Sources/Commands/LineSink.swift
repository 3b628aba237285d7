// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Support

/// Where the log goes. Lines that follow each other closely are written together: there may be one for each VDU of a
/// cloud, and a system call for each takes longer than making it.
final class LineSink: Sendable {
    static let standardError: LineSink = {
        // What still waits when the process ends.
        atexit { LineSink.standardError.flush() }
        return LineSink(STDERR_FILENO)
    }()

    private struct Waiting {
        var lines: [UInt8] = []
        /// A time has been set at which they are written.
        var isFlushDue = false
    }

    /// The longest that a line waits, in milliseconds, and the most bytes that wait.
    private static let limits = (delay: 50, bytes: 64 << 10)

    /// `F_SETPIPE_SZ` and `F_GETPIPE_SZ`, which Swift does not import. Source: fcntl(2).
    private static let pipeSize = (set: CInt(1031), get: CInt(1032))
    /// As much as a process without special rights may ask for. Source: pipe(7).
    private static let roomInPipe: CInt = 1 << 20

    private let descriptor: CInt
    private let waiting = Locked(Waiting())
    /// Writes, one at a time.
    private let queue = DispatchQueue(label: "log")

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
        // A pipe has room for 64 KB, of which one write fills all. Whoever reads it may be behind by more before anyone
        // here waits. One that has more room keeps it.
        let room = fcntl(descriptor, Self.pipeSize.get, 0)
        if 0..<Self.roomInPipe ~= room { _ = fcntl(descriptor, Self.pipeSize.set, Self.roomInPipe) }
    }

    /// Takes a whole line.
    ///
    /// - Parameter atOnce: returns when it has been written, and all lines before it.
    func write(_ line: UnsafeBufferPointer<UInt8>, atOnce: Bool) {
        let (isDue, isFirst) = waiting.withLock { waiting in
            // All of it at once: to grow to the limit would copy what waits several times.
            if waiting.lines.isEmpty { waiting.lines.reserveCapacity(Self.limits.bytes + line.count) }
            waiting.lines.append(contentsOf: line)
            if atOnce || waiting.lines.count >= Self.limits.bytes { return (true, false) }
            defer { waiting.isFlushDue = true }
            return (false, !waiting.isFlushDue)
        }
        if isDue {
            flush()
        } else if isFirst {
            queue.asyncAfter(deadline: .now() + .milliseconds(Self.limits.delay)) {
                self.waiting.withLock { $0.isFlushDue = false }
                self.writeWaiting()
            }
        }
    }

    /// Returns when all lines have been written.
    func flush() { queue.sync { writeWaiting() } }

    /// On the queue. What the descriptor does not take is lost: there is nobody to tell.
    private func writeWaiting() {
        let lines = waiting.withLock { waiting in
            defer { waiting.lines = [] }
            return waiting.lines
        }
        lines.withUnsafeBytes { lines in
            var rest = lines[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if count == 0 || errno != EINTR && !(errno == EAGAIN && takesMore()) {
                    return
                }
            }
        }
    }

    /// Waits until a descriptor that must not block takes something; false if it does not within a second.
    private func takesMore() -> Bool {
        var wish = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&wish, 1, 1000) > 0
    }
}
