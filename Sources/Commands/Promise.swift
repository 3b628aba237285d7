// SPDX-License-Identifier: Apache-2.0

import Support

/// A value that one task leaves for another that waits for that task's end.
final class Promise<Value: Sendable>: Sendable {
    private let content = Locked<Value?>(nil)

    var value: Value? { content.withLock { $0 } }

    func fulfil(_ value: Value) { content.withLock { $0 = value } }
}
