// SPDX-License-Identifier: Apache-2.0

import Values

/// How a page of a listing ended.
package struct PageEnd: Sendable, Equatable {
    /// The address of the next page, as the cloud gave it.
    package let next: String?
    /// Objects on this page.
    package let count: Int

    package init(next: String?, count: Int) {
        self.next = next
        self.count = count
    }
}

/// What the receiver of a listing makes of the bytes with which an object begins, before they are looked into.
package enum Recognition: Sendable, Equatable {
    /// So many objects are known. With what stands between them they take so many bytes.
    case known(length: Int, count: Int)
    case unknown
    /// That can be told of so many bytes, which are more than have arrived.
    case tooShort(needs: Int)
}

/// Takes the objects out of a page of an OpenStack listing while it arrives.
///
/// A page is `{"servers": [{…}, {…}], "servers_links": [{"rel": "next", "href": "…"}]}`, with its members in any order
/// and others among them. Objects stay bytes: unless they are known already they are checked for matching brackets and
/// closed strings, and what decodes one finds the rest. Anything else, such as a page cut short at any byte, is an error.
/// Only an object that is split between chunks is copied, so memory is bounded by the largest one.
package struct ListingSplitter {
    private var grammar: PageGrammar
    private let sizeLimit: Int
    private var next: String?
    private var count = 0
    private var failure: JSONError?

    /// Bytes of the body before the chunk at hand.
    private var consumed = 0
    /// A value of which only the beginning has arrived.
    private var unfinished: Piece?
    /// Where an object began of which so little has arrived that it may be known, and how many bytes tell.
    private var awaited: (offset: Int, needs: Int)?
    private var carry: [UInt8] = []
    /// The beginning of a body that is no JSON.
    private var markup: (bytes: [UInt8], offset: Int)?

    /// A value: where it began in the body, and how far it has been followed.
    private struct Piece {
        let offset: Int
        var scanner = PieceScanner()
    }

    /// How many bytes at a time are added to an unfinished value.
    private static let carryStep = 4096

    /// A splitter of one page.
    /// - Parameters:
    ///   - key: the member that holds the objects: `servers`, `ports`, `flavors`.
    ///   - sizeLimit: bytes of the largest single value that is accepted.
    package init(key: String, sizeLimit: Int = 16 << 20) {
        grammar = PageGrammar(key: key)
        self.sizeLimit = sizeLimit
    }

    /// Takes the next bytes of the page, and gives each object that they complete to `body`. An error, of the page or
    /// thrown by `body`, is final.
    ///
    /// - Parameter recognise: told what has arrived from the first byte of an object on, says whether it is known; such a
    ///   one, and those that follow it and are known as well, are counted, and neither checked nor given to `body`.
    package mutating func consume(
        _ chunk: UnsafeRawBufferPointer, recognise: (UnsafeRawBufferPointer) -> Recognition = { _ in .unknown },
        _ body: (ListedObject) throws(JSONError) -> Void
    ) throws(JSONError) {
        if let failure { throw failure }
        do throws(JSONError) {
            var position = 0
            if let awaited { position = try complete(awaited, chunk, recognise, body) }
            try consume(chunk, from: position, recognise, body)
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func consume(
        _ chunk: UnsafeRawBufferPointer, from start: Int, _ recognise: (UnsafeRawBufferPointer) -> Recognition,
        _ body: (ListedObject) throws(JSONError) -> Void
    ) throws(JSONError) {
        var position = start
        while position < chunk.count {
            if let piece = unfinished {
                position = try resume(piece, chunk, at: position, body)
            } else if try take(chunk[position], at: consumed + position) {
                position += 1
            } else {
                position = try begin(chunk, at: position, recognise, body)
            }
        }
        consumed += chunk.count
    }

    /// Completes an object that may be known, and takes it if it is. Otherwise what was kept of it is gone through like
    /// any other bytes. Returns where to go on in the chunk.
    private mutating func complete(
        _ object: (offset: Int, needs: Int), _ chunk: UnsafeRawBufferPointer,
        _ recognise: (UnsafeRawBufferPointer) -> Recognition, _ body: (ListedObject) throws(JSONError) -> Void
    ) throws(JSONError) -> Int {
        var bytes: [UInt8] = []
        swap(&bytes, &carry)
        let carried = bytes.count
        let more = chunk.prefix(object.needs - carried)
        bytes.append(contentsOf: more)
        guard bytes.count == object.needs else {
            swap(&bytes, &carry)
            return more.count
        }
        awaited = nil
        let known: Int = try JSON.lending(bytes) { (bytes) throws(JSONError) in
            guard case .known(let length, let count) = recognise(bytes) else { return 0 }
            takeElements(count)
            return length
        }
        guard known >= carried else {
            try goThrough(Array(bytes[known...]), from: object.offset + known, body)
            return more.count
        }
        bytes.removeAll(keepingCapacity: true)
        swap(&bytes, &carry)
        return known - carried
    }

    /// Takes bytes of the body that were kept unseen.
    private mutating func goThrough(
        _ bytes: [UInt8], from offset: Int, _ body: (ListedObject) throws(JSONError) -> Void
    ) throws(JSONError) {
        let before = consumed
        consumed = offset
        try JSON.lending(bytes) { (bytes) throws(JSONError) in
            try consume(bytes, from: 0, { _ in .unknown }, body)
        }
        consumed = before
    }

    /// Says that no more bytes follow.
    ///
    /// - Parameter body: gets what was kept because it might have been known.
    package mutating func finish(
        _ body: (ListedObject) throws(JSONError) -> Void = { _ in }
    ) throws(JSONError) -> PageEnd {
        if let failure { throw failure }
        if let markup { throw .markup(markup.bytes, at: markup.offset) }
        if let (offset, _) = awaited {
            let bytes = carry
            (awaited, carry) = (nil, [])
            try goThrough(bytes, from: offset, body)
        }
        switch grammar.phase {
        case .end: return PageEnd(next: next, count: count)
        case .start: throw JSONError(offset: consumed, reason: .emptyBody)
        default: throw JSONError(offset: consumed, reason: .unexpectedEnd)
        }
    }

    /// Takes a byte between values; false if a value begins with it.
    @inline(__always)
    private mutating func take(_ byte: UInt8, at offset: Int) throws(JSONError) -> Bool {
        if markup != nil || grammar.phase == .start && byte == UInt8(ascii: "<") {
            try takeMarkup(byte, at: offset)
            return true
        }
        if byte.isWhitespace { return true }
        do throws(JSONError.Reason) { return try grammar.take(byte) } catch {
            throw JSONError(offset: offset, reason: error)
        }
    }

    private mutating func takeMarkup(_ byte: UInt8, at offset: Int) throws(JSONError) {
        markup = ((markup?.bytes ?? []) + [byte], markup?.offset ?? offset)
        if let markup, markup.bytes.count == JSONError.excerptLength { throw .markup(markup.bytes, at: markup.offset) }
    }

    /// Follows a value that begins in this chunk. Returns where to go on in the chunk.
    private mutating func begin(
        _ chunk: UnsafeRawBufferPointer, at position: Int, _ recognise: (UnsafeRawBufferPointer) -> Recognition,
        _ body: (ListedObject) throws(JSONError) -> Void
    ) throws(JSONError) -> Int {
        let rest = UnsafeRawBufferPointer(rebasing: chunk[position...])
        if grammar.isAtElement {
            switch recognise(rest) {
            case .known(let length, let count):
                takeElements(count)
                return position + length
            case .tooShort(let needs) where needs > rest.count && needs <= sizeLimit:
                carry.append(contentsOf: rest)
                awaited = (consumed + position, needs)
                return chunk.count
            case .tooShort, .unknown: break
            }
            if let object = WholeObject(UnsafeRawBufferPointer(rebasing: rest.prefix(sizeLimit))) {
                takeElements(1)
                try body(
                    ListedObject(
                        bytes: UnsafeRawBufferPointer(rebasing: rest[..<object.length]), members: object.members))
                return position + object.length
            }
        }
        var piece = Piece(offset: consumed + position)
        guard try follow(&piece, in: rest) else {
            carry.append(contentsOf: rest)
            unfinished = piece
            return chunk.count
        }
        try take(piece, in: rest, body)
        return position + piece.scanner.position
    }

    /// Goes on with a value that began in an earlier chunk. Returns where to go on in this one.
    private mutating func resume(
        _ piece: Piece, _ chunk: UnsafeRawBufferPointer, at position: Int,
        _ body: (ListedObject) throws(JSONError) -> Void
    ) throws(JSONError) -> Int {
        var piece = piece
        var bytes: [UInt8] = []
        swap(&bytes, &carry)
        let carried = bytes.count
        let step = chunk[position...].prefix(Self.carryStep)
        bytes.append(contentsOf: step)
        let isComplete = try JSON.lending(bytes) { (bytes) throws(JSONError) in
            guard try follow(&piece, in: bytes) else { return false }
            try take(piece, in: bytes, body)
            return true
        }
        unfinished = isComplete ? nil : piece
        if isComplete { bytes.removeAll(keepingCapacity: true) }
        swap(&bytes, &carry)
        return isComplete ? position + piece.scanner.position - carried : step.endIndex
    }

    /// Follows a value through bytes that begin with it. True once it is complete.
    private func follow(_ piece: inout Piece, in bytes: UnsafeRawBufferPointer) throws(JSONError) -> Bool {
        do throws(JSONError) {
            if try piece.scanner.scan(UnsafeRawBufferPointer(rebasing: bytes.prefix(sizeLimit))) { return true }
        } catch { throw error.moved(by: piece.offset) }
        guard bytes.count <= sizeLimit else {
            throw JSONError(offset: piece.offset, reason: .tooLarge(limit: sizeLimit))
        }
        return false
    }

    /// Takes a complete value, with which `bytes` begin.
    private mutating func take(
        _ piece: Piece, in bytes: UnsafeRawBufferPointer, _ body: (ListedObject) throws(JSONError) -> Void
    ) throws(JSONError) {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes[..<piece.scanner.position])
        switch grammar.phase {
        case .firstElement, .element:
            takeElements(1)
            try body(ListedObject(bytes: bytes, members: piece.scanner.members))
        case .firstKey, .key:
            do throws(JSONError) { try takeKey(bytes) } catch { throw error.moved(by: piece.offset) }
        default:
            do throws(JSONError) { try takeValue(bytes) } catch { throw error.moved(by: piece.offset) }
        }
    }

    private mutating func takeElements(_ number: Int) {
        grammar.takeElement()
        count += number
    }

    private mutating func takeKey(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        let name = try JSON.parse(bytes).string ?? ""
        do throws(JSONError.Reason) { try grammar.takeKey(name) } catch { throw JSONError(offset: 0, reason: error) }
    }

    /// Members other than the listing and its links are of no interest; a container among them is not decoded.
    private mutating func takeValue(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        if grammar.member == .links {
            next = try NextLink.address(in: JSON.parse(bytes), key: grammar.linksKey)
        } else if bytes[0] != .openBrace, bytes[0] != .openBracket {
            _ = try JSON.parse(bytes)
        }
        grammar.takeValue()
    }
}
