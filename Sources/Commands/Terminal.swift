// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What a command says to the person or the program that started it: results on standard output, complaints on
/// standard error. The log goes to standard error too.
enum Terminal {
    static func write(_ text: String) { write(text, to: STDOUT_FILENO) }
    static func complain(_ text: String) { write("vimwatch: \(text)", to: STDERR_FILENO) }

    /// Whether somebody watches standard output.
    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    private static func write(_ text: String, to descriptor: Int32) {
        // What the log says comes first, and in whole lines.
        LineSink.standardError.flush()
        var bytes = Array((text + "\n").utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
