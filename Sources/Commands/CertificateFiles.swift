// SPDX-License-Identifier: Apache-2.0

import Glibc
import Simulator
import TLSServer

/// The folder that `vimwatch simulate --tls` puts into what clients need.
struct CertificateFiles {
    /// A file or folder that could not be written.
    struct Failure: Error, CustomStringConvertible {
        let path: String
        let reason = String(cString: strerror(errno))

        var description: String { "cannot write \(path): \(reason)" }
    }

    let folder: String

    /// Makes the folder unless it is there, and writes the files anew.
    func write(_ tls: SimulatorTLS) throws(Failure) {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw Failure(path: folder) }
        try write(tls.authority, to: "ca.pem", mode: 0o644)
        try write(tls.client.certificate, to: "client.pem", mode: 0o644)
        try write(tls.client.key, to: "client-key.pem", mode: 0o600)
    }

    private func write(_ text: String, to name: String, mode: mode_t) throws(Failure) {
        let path = "\(folder)/\(name)"
        // An old file would keep its mode.
        guard unlink(path) == 0 || errno == ENOENT else { throw Failure(path: path) }
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw Failure(path: path) }
        defer { close(file) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Failure(path: path) }
            bytes = bytes.dropFirst(written)
        }
    }
}
