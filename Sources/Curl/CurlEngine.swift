// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc
import Support

/// The loop thread's side: commands in, transfers through libcurl, continuations resumed.
final class CurlEngine: @unchecked Sendable {
    // Sendable: `inbox` and `counters` are locked. `multi` never changes, and the one function called on it by other
    // threads is curl_multi_wakeup, which "can be called from any thread" (its manual page). `active` and `idle` belong
    // to the loop thread.

    enum Command {
        case start(Transfer)
        case cancel(Transfer)
        /// Whoever waits is resumed when the thread has nothing left to do.
        case stop(CheckedContinuation<Void, Never>?)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isClosed = false
    }

    private let inbox = Locked(Inbox())
    let counters = Locked(CurlLoop.Counters())
    private let multi: UnsafeMutableRawPointer
    private let settings: CurlLoop.Settings
    /// Keyed by easy handle.
    private var active: [UnsafeMutableRawPointer: Transfer] = [:]
    private var idle: [UnsafeMutableRawPointer] = []

    private static let globalInit = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    /// Easy handles kept for later use.
    private static let maxIdleHandles = 64

    init(_ settings: CurlLoop.Settings) throws(HTTPError) {
        guard Self.globalInit == CURLE_OK, let multi = curl_multi_init() else {
            throw HTTPError(
                .other(Int(Self.globalInit.rawValue)), HTTPRequest("START", "curl"), "libcurl does not start")
        }
        self.multi = multi
        self.settings = settings
        _ = curlMultiSetLong(multi, CURLMOPT_MAXCONNECTS, settings.maxConnections)
        _ = curlMultiSetLong(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, settings.maxConnections)
        _ = curlMultiSetLong(multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.maxPerHost)
    }

    deinit {
        // Not earlier: a thread that posted a command may still be on its way into curl_multi_wakeup.
        curl_multi_cleanup(multi)
    }

    /// False if the loop has ended and the command was not taken.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let isTaken = inbox.withLock { inbox in
            if !inbox.isClosed { inbox.commands.append(command) }
            return !inbox.isClosed
        }
        if isTaken { curl_multi_wakeup(multi) }
        return isTaken
    }

    static func main(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        // Signals are for the main thread; SIGPIPE, which OpenSSL can raise, is for nobody.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        for waiter in Unmanaged<CurlEngine>.fromOpaque(context).takeRetainedValue().run() { waiter.resume() }
        return nil
    }

    /// Returns those who wait for the end.
    private func run() -> [CheckedContinuation<Void, Never>] {
        var waiters: [CheckedContinuation<Void, Never>] = []
        var isStopping = false
        repeat {
            for command in inbox.withLock({ inbox in inbox.commands.take() }) {
                switch command {
                case .start(let transfer): start(transfer)
                case .cancel(let transfer): cancel(transfer)
                case .stop(let waiter):
                    isStopping = true
                    if let waiter { waiters.append(waiter) }
                }
            }
            if !isStopping { turn() }
        } while !isStopping
        for transfer in active.values { cancel(transfer) }
        let rest = inbox.withLock { inbox in
            inbox.isClosed = true
            return inbox.commands.take()
        }
        for command in rest {
            switch command {
            case .start(let transfer): transfer.resume(.failure(.stopped(transfer.request)))
            case .cancel: break
            case .stop(let waiter): if let waiter { waiters.append(waiter) }
            }
        }
        for handle in idle { curl_easy_cleanup(handle) }
        idle = []
        return waiters
    }

    /// Moves bytes, then sleeps until there is more to do or somebody wakes the loop.
    private func turn() {
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        finishDone()
        curl_multi_poll(multi, nil, 0, 10_000, nil)
    }

    private func start(_ transfer: Transfer) {
        let request = transfer.request
        counters.withLock { $0.inFlight += 1 }
        guard !transfer.isCancelled else { return end(transfer, .failure(HTTPError(.cancelled, request, "cancelled"))) }
        guard let handle = idle.popLast() ?? curl_easy_init() else {
            return end(transfer, .failure(HTTPError(.other(Int(CURLE_OUT_OF_MEMORY.rawValue)), request, "no memory")))
        }
        do throws(HTTPError) {
            try transfer.configure(handle, maxIdle: settings.maxIdle)
            let code = curl_multi_add_handle(multi, handle)
            guard code == CURLM_OK else {
                throw HTTPError(.other(Int(code.rawValue)), request, String(cString: curl_multi_strerror(code)))
            }
            transfer.handle = handle
            active[handle] = transfer
        } catch {
            curl_easy_cleanup(handle)
            end(transfer, .failure(error))
        }
    }

    private func cancel(_ transfer: Transfer) {
        transfer.isCancelled = true
        guard let handle = transfer.handle else { return }
        release(transfer, handle, isReusable: false)
        end(transfer, .failure(HTTPError(.cancelled, transfer.request, "cancelled")))
    }

    private func finishDone() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left)?.pointee {
            guard message.msg == CURLMSG_DONE, let handle = message.easy_handle, let transfer = active[handle] else {
                continue
            }
            let result = transfer.result(message.data.result, handle)
            let bytes = transfer.offset(CURLINFO_SIZE_DOWNLOAD_T, handle)
            let opened = transfer.connectionsOpened(handle)
            counters.withLock {
                $0.bytesReceived += bytes
                $0.connectionsOpened += opened
            }
            release(transfer, handle, isReusable: message.data.result == CURLE_OK)
            end(transfer, result)
        }
    }

    /// Takes the handle from the multi handle: after it, no callback can reach the transfer.
    ///
    /// A handle whose transfer failed is not used again: one that got no connection keeps its buffer through a reset,
    /// and libcurl 7.88 then refuses to set `CURLOPT_BUFFERSIZE`.
    private func release(_ transfer: Transfer, _ handle: UnsafeMutableRawPointer, isReusable: Bool) {
        curl_multi_remove_handle(multi, handle)
        active[handle] = nil
        transfer.handle = nil
        if isReusable, idle.count < Self.maxIdleHandles {
            curl_easy_reset(handle)
            idle.append(handle)
        } else {
            curl_easy_cleanup(handle)
        }
    }

    private func end(_ transfer: Transfer, _ result: Result<HTTPResponse, HTTPError>) {
        counters.withLock {
            $0.inFlight -= 1
            $0.requests += 1
            if case .failure = result { $0.failures += 1 }
        }
        transfer.resume(result)
    }
}

extension Array {
    /// The elements, leaving none.
    fileprivate mutating func take() -> [Element] {
        defer { self = [] }
        return self
    }
}
