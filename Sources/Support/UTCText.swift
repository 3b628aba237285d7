// SPDX-License-Identifier: Apache-2.0

package import Glibc

extension String {
    /// A moment in UTC, as `strftime` writes it, in up to 31 bytes.
    package init(utc time: time_t, _ format: String) {
        var (time, parts) = (time, tm())
        gmtime_r(&time, &parts)
        self = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { text in
            let count = strftime(text.baseAddress, text.count, format, &parts)
            return String(
                decoding: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[..<count]), as: UTF8.self)
        }
    }
}
