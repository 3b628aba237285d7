// SPDX-License-Identifier: Apache-2.0

/// One connection of a client: requests in, replies out.
struct TestConnection: Sendable {
    private let stream: TestStream
    private let number: Int
    private var buffer: [UInt8] = []

    init(_ stream: TestStream, _ number: Int) {
        self.stream = stream
        self.number = number
    }

    /// The next request; `nil` when the client has closed.
    mutating func nextRequest() -> TestRequest? {
        let end = Array("\r\n\r\n".utf8)
        var head: ArraySlice<UInt8>?
        while head == nil {
            if let range = buffer.firstRange(of: end) {
                head = buffer[..<range.lowerBound]
                buffer.removeSubrange(..<range.upperBound)
            } else {
                guard let bytes = stream.receive() else { return nil }
                buffer += bytes
            }
        }
        let lines = String(decoding: head ?? [], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: String(parts[1].drop { $0 == " " }))
        }
        var request = TestRequest(
            method: String(words[0]), target: String(words[1]), headers: headers, body: [], connection: number)
        let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
        while buffer.count < length {
            guard let bytes = stream.receive() else { return nil }
            buffer += bytes
        }
        request.body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        return request
    }

    /// False if the connection is over.
    func perform(_ reply: TestReply) -> Bool {
        for step in reply.steps {
            switch step {
            case .send(let bytes): guard stream.send(bytes) else { return false }
            case .wait(let gate): gate.pass()
            case .hang:
                while stream.receive() != nil {}
                return false
            case .close: return false
            case .reset:
                TestSocket.resetOnClose(stream.socket)
                return false
            }
        }
        return true
    }
}
