// SPDX-License-Identifier: Apache-2.0

import CCurl
import Support

/// One request on its way: what curl's callbacks gather, and who waits for it.
final class Transfer: @unchecked Sendable {
    // Sendable: made by the task that sends, then handed to the loop thread through its inbox; from then on only that
    // thread touches it. The sending task keeps the reference only to name the transfer it wants cancelled.

    let request: HTTPRequest
    let sink: (any BodySink)?
    /// The handle it runs on; `nil` before the start and after the end.
    var handle: UnsafeMutableRawPointer?
    /// A cancellation that arrives before the start must be remembered.
    var isCancelled = false
    private var continuation: CheckedContinuation<Void, Never>?
    /// Handed over under a lock, not through the continuation: so the thread sanitizer, which cannot look into Swift's
    /// runtime, sees too that all a sink did on the loop thread happened before `send` returns.
    private let locked = Locked<Result<HTTPResponse, HTTPError>?>(nil)

    private var status = 0
    private var headers: [(name: String, value: String)] = []
    private var headerBytes = 0
    private var headersAreComplete = false
    private var body: [UInt8] = []
    private var bodyBytes = 0
    /// Why a callback of ours ended the transfer.
    private var failure: HTTPError?
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?

    /// More than any server of good will sends.
    private static let maxHeaderBytes = 256 << 10

    init(_ request: HTTPRequest, _ sink: (any BodySink)?) {
        self.request = request
        self.sink = sink
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        errorText.deallocate()
        curl_slist_free_all(headerList)
    }

    func await(_ continuation: CheckedContinuation<Void, Never>) {
        self.continuation = continuation
    }

    /// Resumes who waits; the second and later calls do nothing.
    func resume(_ result: Result<HTTPResponse, HTTPError>) {
        guard let continuation = continuation.take() else { return }
        locked.withLock { $0 = result }
        continuation.resume()
    }

    /// Valid once the continuation was resumed.
    var outcome: Result<HTTPResponse, HTTPError> { locked.withLock { $0 } ?? .failure(.stopped(request)) }

    /// Puts the whole request into an easy handle that was reset.
    func configure(_ handle: UnsafeMutableRawPointer, maxIdle: Duration) throws(HTTPError) {
        guard URLParts(request.url) != nil else { throw HTTPError(.badURL, request, "not an http or https URL") }
        var options = EasyOptions(handle)
        options.set(CURLOPT_URL, request.url)
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        options.set(CURLOPT_NOSIGNAL, 1)
        // Without it, giving up on a name that does not resolve waits for getaddrinfo, and all transfers with it.
        options.set(CURLOPT_QUICK_EXIT, 1)
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_TCP_KEEPALIVE, 1)
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        options.set(CURLOPT_BUFFERSIZE, 128 << 10)
        options.set(CURLOPT_MAXAGE_CONN, maxIdle.wholeSeconds)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, request.timeouts.connect.milliseconds)
        options.set(CURLOPT_TIMEOUT_MS, request.timeouts.whole.milliseconds)
        options.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        options.set(CURLOPT_LOW_SPEED_TIME, request.timeouts.stall.wholeSeconds)
        if request.gzip { options.set(CURLOPT_ACCEPT_ENCODING, "gzip") }
        if let proxy = request.proxy { options.set(CURLOPT_PROXY, proxy) }
        if let noProxy = request.noProxy { options.set(CURLOPT_NOPROXY, noProxy) }
        setMethod(&options)
        setTLS(&options)
        try setHeaders(&options)
        setCallbacks(&options)
        if let code = options.failure {
            throw HTTPError(.other(Int(code.rawValue)), request, String(cString: curl_easy_strerror(code)))
        }
    }

    private func setMethod(_ options: inout EasyOptions) {
        switch (request.method, request.body) {
        case ("GET", nil): options.set(CURLOPT_HTTPGET, 1)
        case ("HEAD", nil): options.set(CURLOPT_NOBODY, 1)
        default:
            if let body = request.body {
                options.setOffset(CURLOPT_POSTFIELDSIZE_LARGE, body.count)
                options.setCopy(CURLOPT_COPYPOSTFIELDS, body)
            }
            options.set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    private func setTLS(_ options: inout EasyOptions) {
        let tls = request.tls
        options.set(CURLOPT_SSL_VERIFYPEER, tls.verify ? 1 : 0)
        options.set(CURLOPT_SSL_VERIFYHOST, tls.verify ? 2 : 0)
        if let ca = tls.ca {
            options.clear(CURLOPT_CAPATH)  // The system's directory of CAs would be trusted besides.
            options.set(ca, file: CURLOPT_CAINFO, content: CURLOPT_CAINFO_BLOB)
        }
        if let certificate = tls.clientCertificate {
            options.set(certificate, file: CURLOPT_SSLCERT, content: CURLOPT_SSLCERT_BLOB)
            options.set(tls.clientKey ?? certificate, file: CURLOPT_SSLKEY, content: CURLOPT_SSLKEY_BLOB)
        }
    }

    private func setHeaders(_ options: inout EasyOptions) throws(HTTPError) {
        // curl would wait for "100 Continue" before a large body; no OpenStack service needs that.
        for (name, value) in request.headers + [("Expect", "")] {
            guard !name.isEmpty, !(name + value).utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }), !name.contains(":")
            else { throw HTTPError(.badHeader, request, "header \(name.debugDescription) holds a control character") }
            let line = name == "Expect" && value.isEmpty ? "Expect:" : value.isEmpty ? name + ";" : "\(name): \(value)"
            headerList = curl_slist_append(headerList, line)
        }
        options.setPointer(CURLOPT_HTTPHEADER, headerList)
    }

    private func setCallbacks(_ options: inout EasyOptions) {
        // Unretained: the loop holds the transfer as long as the handle is in use.
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.setPointer(CURLOPT_ERRORBUFFER, errorText)
        options.setPointer(CURLOPT_HEADERDATA, context)
        options.setPointer(CURLOPT_WRITEDATA, context)
        options.setCallback(CURLOPT_HEADERFUNCTION) { buffer, size, count, context in
            Transfer.callback(buffer, size * count, context) { (transfer, bytes) throws(HTTPError) in
                try transfer.receive(headerLine: bytes)
            }
        }
        options.setCallback(CURLOPT_WRITEFUNCTION) { buffer, size, count, context in
            Transfer.callback(buffer, size * count, context) { (transfer, bytes) throws(HTTPError) in
                try transfer.receive(chunk: bytes)
            }
        }
    }

    /// What curl's callbacks answer: the number of bytes to go on, anything else ends the transfer.
    private static func callback(
        _ buffer: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        _ body: (Transfer, UnsafeRawBufferPointer) throws(HTTPError) -> Void
    ) -> Int {
        guard let context, count > 0 else { return count }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        do {
            try body(transfer, UnsafeRawBufferPointer(start: buffer, count: count))
            return count
        } catch {
            transfer.failure = error
            return 0
        }
    }

    private func receive(headerLine line: UnsafeRawBufferPointer) throws(HTTPError) {
        headerBytes += line.count
        guard headerBytes <= Self.maxHeaderBytes else {
            throw HTTPError(.bodyTooLarge, request, "headers of more than \(Self.maxHeaderBytes) bytes")
        }
        if headersAreComplete { return }  // Trailers of a chunked body.
        let text = String(decoding: line, as: UTF8.self).trimmingLineEnd
        if text.hasPrefix("HTTP/") {
            status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            headers = []
        } else if text.isEmpty {
            guard status >= 200 else { return }  // 1xx: the real answer follows.
            headersAreComplete = true
            if status == 200, let sink {
                let type = headers.first { $0.name.lowercased() == "content-type" }?.value
                sink.begin(status: status, contentType: type)
            }
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append((String(text[..<colon]), String(value)))
        }
    }

    private func receive(chunk: UnsafeRawBufferPointer) throws(HTTPError) {
        bodyBytes += chunk.count
        guard bodyBytes <= request.maxBodyBytes else {
            throw HTTPError(.bodyTooLarge, request, "body of more than \(request.maxBodyBytes) bytes")
        }
        guard status == 200, let sink else { return body.append(contentsOf: chunk) }
        do {
            try sink.receive(chunk)
        } catch {
            throw HTTPError(.rejectedBySink(error), request, "the body was rejected: \(error)")
        }
    }

    /// The outcome, read from the handle before it is used again.
    func result(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) -> Result<HTTPResponse, HTTPError> {
        if let failure { return .failure(failure) }
        guard code == CURLE_OK else {
            let said = String(cString: errorText)
            let message = said.isEmpty ? String(cString: curl_easy_strerror(code)) : said
            return .failure(HTTPError(.init(code, message: message, received: bodyBytes), request, message))
        }
        return .success(
            HTTPResponse(
                status: status, headers: headers, body: body,
                bytesReceived: offset(CURLINFO_SIZE_DOWNLOAD_T, handle),
                connectionReused: connectionsOpened(handle) == 0,
                timeToFirstByte: .microseconds(offset(CURLINFO_STARTTRANSFER_TIME_T, handle)),
                timeTotal: .microseconds(offset(CURLINFO_TOTAL_TIME_T, handle))))
    }

    func connectionsOpened(_ handle: UnsafeMutableRawPointer) -> Int {
        var value = 0
        return curlGetLong(handle, CURLINFO_NUM_CONNECTS, &value) == CURLE_OK ? value : 0
    }

    func offset(_ info: CURLINFO, _ handle: UnsafeMutableRawPointer) -> Int {
        var value: curl_off_t = 0
        return curlGetOffset(handle, info, &value) == CURLE_OK ? Int(value) : 0
    }
}

extension String {
    fileprivate var trimmingLineEnd: String {
        var text = utf8[...]
        while let last = text.last, last == 0x0D || last == 0x0A || last == 0x20 || last == 0x09 { text.removeLast() }
        return String(Substring(text))
    }
}

extension Duration {
    /// At least 1: curl takes 0 for "no limit".
    fileprivate var milliseconds: Int {
        max(1, Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000))
    }

    fileprivate var wholeSeconds: Int { max(1, Int(components.seconds) + (components.attoseconds > 0 ? 1 : 0)) }
}
