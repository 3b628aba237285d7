// SPDX-License-Identifier: Apache-2.0

import Curl
import JSON

/// A page that is not what it should be.
struct PageRejection: Error, CustomStringConvertible {
    let cause: JSONError
    /// The first bytes of the body.
    let beginning: [UInt8]

    var code: VIMError.Code { VIMError.Code(cause) }

    var description: String {
        guard case .notJSON = code, !beginning.isEmpty else { return cause.description }
        return "\(cause.description); \(ErrorBody.beginning(of: beginning))"
    }
}

/// Splits one page into objects while it arrives and hands them on.
final class PageSink<Receiver: ListingReceiver>: BodySink, @unchecked Sendable {
    // Sendable: `begin` and `receive` are called on the HTTP thread only, `finish` by the task that waited for the
    // transfer, after it has ended.

    private let receiver: Receiver
    private var splitter: ListingSplitter
    private var beginning: [UInt8] = []
    private var rejection: (any Error)?

    private static var beginningLength: Int { 4096 }

    init(_ key: String, _ receiver: Receiver) {
        self.receiver = receiver
        splitter = ListingSplitter(key: key)
    }

    func begin(status: Int, contentType: String?) {}

    func receive(_ chunk: UnsafeRawBufferPointer) throws {
        if beginning.count < Self.beginningLength {
            beginning.append(contentsOf: chunk.prefix(Self.beginningLength - beginning.count))
        }
        do throws(JSONError) {
            try splitter.consume(chunk, recognise: receiver.recognise) { take($0) }
        } catch {
            throw PageRejection(cause: error, beginning: beginning)
        }
        if let rejection { throw rejection }
    }

    /// - Throws: `PageRejection`, or what the receiver throws.
    func finish() throws -> PageEnd {
        let end: PageEnd
        do throws(JSONError) {
            end = try splitter.finish { take($0) }
        } catch {
            throw PageRejection(cause: error, beginning: beginning)
        }
        if let rejection { throw rejection }
        return end
    }

    private func take(_ object: ListedObject) {
        guard rejection == nil else { return }
        do { try receiver.receive(object) } catch { rejection = error }
    }
}
