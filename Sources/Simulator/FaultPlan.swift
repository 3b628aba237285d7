// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Values

/// What all effects due for one request amount to.
struct FaultPlan: Sendable {
    enum Delivery: Sendable {
        case whole
        case truncated(after: Double)
        case stalled(after: Double, released: Promise<Void>)
        case dropped
        case reset
        case trickled(bytesPerSecond: Double)
    }

    /// Seconds to wait first.
    var delay = 0.0
    /// An answer in the place of the cloud's.
    var answer: Answer?
    var twist = ListingTwist()
    var delivery = Delivery.whole
    private var spoilers: [@Sendable (inout Answer) -> Void] = []

    init(_ due: [FaultBook.Due]) {
        for due in due { add(due) }
    }

    /// Does to the cloud's answer what is to be done to it.
    func spoil(_ answer: inout Answer) {
        for spoiler in spoilers { spoiler(&answer) }
    }

    private mutating func add(_ due: FaultBook.Due) {
        switch due.effect {
        case .reset: delivery = .reset
        case .trickle(let speed): delivery = .trickled(bytesPerSecond: speed)
        case .oversize(let bytes, let gzip): answer = OversizeBody(bytes: bytes).answer(gzip: gzip)
        case .nest(let depth): spoilers.append { Self.nest(&$0, depth: depth) }
        case .markerGone: twist.losesMarkers = true
        case .endlessPages: twist.isEndless = true
        case .cellDown(let ids, let count, let seed, let stubs):
            twist.cell = DownCell(ids: Set(ids), count: count, seed: seed, showsStubs: stubs)
        case .apiVersion(let version): spoilers.append { Self.rename(&$0, version: version) }
        case .rate(_, let retryAfter):
            var answer = Answer(
                status: 429, ["overLimit": ["code": 429, "message": "This request was rate-limited."]])
            if let retryAfter { answer.headers = [("Retry-After", retryAfter)] }
            self.answer = answer
        case .latency(let seconds, let jitter): delay += seconds + jitter * due.chance
        case .status(let status, let headers, let body):
            var answer = Answer(status: status, body: ByteBuffer(string: body))
            answer.headers = headers
            self.answer = answer
        case .truncate(let fraction): delivery = .truncated(after: fraction)
        case .drop: delivery = .dropped
        case .stall(let fraction): delivery = .stalled(after: fraction, released: due.released)
        case .html:
            var answer = Answer(body: ByteBuffer(string: "<!DOCTYPE html><html><body>Please log in</body></html>\n"))
            answer.contentType = "text/html; charset=utf-8"
            self.answer = answer
        case .empty: answer = Answer(body: ByteBuffer())
        case .contentType(let type): spoilers.append { $0.contentType = type }
        case .hide(let ids, let count, let seed):
            twist.hidden.formUnion(ids)
            if count > 0 { twist.alsoHidden.append((count, seed)) }
        case .shorten(let count): twist.shortened = min(count, twist.shortened ?? .max)
        case .duplicate(let count): twist.repeated += count
        case .linkCycle: twist.linksToItself = true
        case .linkElsewhere(let origin): twist.linkOrigin = origin
        case .invalidUTF8(let key): spoilers.append { Self.breakText(&$0, key: key) }
        case .garbage:
            spoilers.append { answer in
                answer.body =
                    answer.body.getSlice(at: answer.body.readerIndex, length: answer.body.readableBytes / 2)
                    ?? ByteBuffer()
            }
        }
    }

    /// Puts lists within lists into the first object below the outermost.
    private static func nest(_ answer: inout Answer, depth: Int) {
        let bytes = Array(answer.body.readableBytesView)
        let brace = UInt8(ascii: "{")
        guard let outer = bytes.firstIndex(of: brace), let inner = bytes[(outer + 1)...].firstIndex(of: brace) else {
            return
        }
        let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        var body = Array(bytes[...inner])
        body += Array("\"nested\": \(nested), ".utf8)
        body += bytes[(inner + 1)...]
        answer.body = ByteBuffer(bytes: body)
    }

    /// Says another microversion than the one that was served.
    private static func rename(_ answer: inout Answer, version: String) {
        answer.headers.removeAll { $0.name.lowercased().hasSuffix("api-version") }
        if !version.isEmpty { answer.headers.append(("Openstack-Api-Version", "compute \(version)")) }
    }

    /// Overwrites the first letter of the first string value, or of the first one with this key, with a byte that never
    /// occurs in UTF-8.
    private static func breakText(_ answer: inout Answer, key: String?) {
        var bytes = Array(answer.body.readableBytesView)
        let name = key.map { Array("\"\($0)\"".utf8) } ?? []
        let position = bytes.indices.first { index in
            guard index >= 3, bytes[index - 1] == UInt8(ascii: "\""),
                let colon = bytes[..<(index - 1)].lastIndex(where: { $0 != 32 }), bytes[colon] == UInt8(ascii: ":")
            else { return false }
            return bytes[..<colon].suffix(name.count).elementsEqual(name)
        }
        guard let position else { return }
        bytes[position] = 0xFF
        answer.body = ByteBuffer(bytes: bytes)
    }
}
