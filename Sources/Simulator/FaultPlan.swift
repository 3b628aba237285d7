// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// What all effects due for one request amount to.
struct FaultPlan: Sendable {
    enum Delivery: Sendable {
        case whole
        case truncated(after: Double)
        case stalled(after: Double, released: Promise<Void>)
        case dropped
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
        case .invalidUTF8: spoilers.append(Self.breakText)
        case .garbage:
            spoilers.append { answer in
                answer.body =
                    answer.body.getSlice(at: answer.body.readerIndex, length: answer.body.readableBytes / 2)
                    ?? ByteBuffer()
            }
        }
    }

    /// Overwrites the first letters of the first string value with bytes that never occur in UTF-8.
    private static let breakText: @Sendable (inout Answer) -> Void = { answer in
        var bytes = Array(answer.body.readableBytesView)
        guard
            let position = bytes.indices.first(where: { index in
                index >= 3 && bytes[index - 1] == UInt8(ascii: "\"")
                    && bytes[..<(index - 1)].last { $0 != 32 } == UInt8(ascii: ":")
            })
        else { return }
        bytes[position] = 0xFF
        answer.body = ByteBuffer(bytes: bytes)
    }
}
