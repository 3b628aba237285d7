// SPDX-License-Identifier: Apache-2.0

import CCurl

/// The date format of HTTP headers (RFC 9110, 5.6.7).
package enum HTTPDate {
    /// Seconds since 1970; `nil` if libcurl does not recognise a date.
    package static func seconds(_ text: String) -> Double? {
        let seconds = curl_getdate(text, nil)
        return seconds < 0 ? nil : Double(seconds)
    }
}
