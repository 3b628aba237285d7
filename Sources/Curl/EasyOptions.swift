// SPDX-License-Identifier: Apache-2.0

import CCurl

/// Sets options of one easy handle and remembers the first that failed.
struct EasyOptions {
    private let handle: UnsafeMutableRawPointer
    private(set) var failure: CURLcode?

    init(_ handle: UnsafeMutableRawPointer) { self.handle = handle }

    mutating func set(_ option: CURLoption, _ value: Int) { note(curlSetLong(handle, option, value)) }
    mutating func setOffset(_ option: CURLoption, _ value: Int) {
        note(curlSetOffset(handle, option, curl_off_t(value)))
    }
    mutating func set(_ option: CURLoption, _ text: String) { note(curlSetString(handle, option, text)) }
    mutating func clear(_ option: CURLoption) { note(curlSetString(handle, option, nil)) }

    /// The pointer must outlive the transfer.
    mutating func setPointer(_ option: CURLoption, _ pointer: UnsafeMutableRawPointer?) {
        note(curlSetPointer(handle, option, pointer))
    }

    mutating func setCallback(_ option: CURLoption, _ callback: @escaping curl_write_callback) {
        note(curlSetCallback(handle, option, callback))
    }

    /// Bytes that curl copies, whose count was set before.
    mutating func setCopy(_ option: CURLoption, _ bytes: [UInt8]) {
        note(
            bytes.withUnsafeBytes { buffer in
                curlSetPointer(handle, option, UnsafeMutableRawPointer(mutating: buffer.baseAddress))
            })
    }

    mutating func setBlob(_ option: CURLoption, _ bytes: [UInt8]) {
        note(bytes.withUnsafeBytes { curlSetBytes(handle, option, $0.baseAddress, $0.count) })
    }

    mutating func set(_ pem: HTTPRequest.TLS.PEM, file: CURLoption, content: CURLoption) {
        switch pem {
        case .file(let path): set(file, path)
        case .content(let bytes): setBlob(content, bytes)
        }
    }

    private mutating func note(_ code: CURLcode) {
        if code != CURLE_OK, failure == nil { failure = code }
    }
}
