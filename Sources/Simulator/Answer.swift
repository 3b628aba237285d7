// SPDX-License-Identifier: Apache-2.0

import JSON
import NIOCore
import Values

/// A response before faults are done to it.
struct Answer: Sendable {
    var status: Int
    var contentType = "application/json"
    var headers: [(name: String, value: String)] = []
    var body: ByteBuffer

    init(status: Int = 200, body: ByteBuffer) {
        self.status = status
        self.body = body
    }

    init(status: Int = 200, _ value: Value) {
        self.init(status: status, body: ByteBuffer(bytes: JSON.serialize(value)))
    }

    /// What only the simulator says: a real cloud has nothing at such a place.
    static func problem(_ status: Int, _ text: String) -> Answer {
        Answer(status: status, ["error": .string(text)])
    }

    func with(_ name: String, _ value: String) -> Answer {
        var answer = self
        answer.headers.append((name, value))
        return answer
    }

    /// `{"name": {object}}` around bytes that are ready.
    init(wrapping item: CloudItem, as name: String) {
        var body = ByteBuffer()
        body.reserveCapacity(item.bytes.count + name.utf8.count + 8)
        body.writeString("{\"\(name)\": ")
        body.writeBytes(item.bytes)
        body.writeString("}")
        self.init(body: body)
    }
}
